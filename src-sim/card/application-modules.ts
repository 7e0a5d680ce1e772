import type { ApplicationSurroundings, CardApplication } from './card-application.ts';
import { directoryModule, paymentModule } from './built-in-content.ts';
import type { ApplicationState } from './chip-state.ts';
import { PaymentApplication } from './payment-application.ts';
import { directoryRules, loyaltyRules, paymentRules } from './personalisation-session.ts';
import type { ApplicationRules } from './personalisation-session.ts';
import { RecordApplication } from './record-application.ts';

/** What an instance of a module does, and how it is personalised. */
export interface ApplicationBehaviour {
  readonly rules: ApplicationRules;
  readonly make: (application: ApplicationState, surroundings: ApplicationSurroundings) => CardApplication;
}

const records = (application: ApplicationState): CardApplication => new RecordApplication(application);

/** Behaviour is built in: of a loaded package only the AIDs of its modules count. A module that is not known here keeps records. */
export function behaviourOf(module: string): ApplicationBehaviour {
  switch (module) {
    case paymentModule:
      return { rules: paymentRules, make: (application, lent) => new PaymentApplication(application, lent) };
    case directoryModule:
      return { rules: directoryRules, make: records };
    default:
      return { rules: loyaltyRules, make: records };
  }
}
