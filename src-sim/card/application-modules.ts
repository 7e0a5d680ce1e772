import { fromHex } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings, CardApplication } from './card-application.ts';
import { directoryModule, paymentModule } from './built-in-content.ts';
import type { ApplicationState } from './chip-state.ts';
import { DirectoryApplication, directoryRules } from './directory-application.ts';
import { PaymentApplication } from './payment-application.ts';
import { loyaltyRules, paymentRules } from './personalisation-session.ts';
import type { ApplicationRules } from './personalisation-session.ts';
import { RecordApplication } from './record-application.ts';

/** What an instance of a module does, and how it is personalised. */
export interface ApplicationBehaviour {
  readonly rules: ApplicationRules;
  readonly make: (application: ApplicationState, surroundings: ApplicationSurroundings) => CardApplication;
}

const records = (application: ApplicationState): CardApplication => new RecordApplication(application);

/** Behaviour is built in: of a loaded package only the AIDs of its modules count. A module that is not known here keeps records. */
export function behaviourOf({ module, aid }: Pick<ApplicationState, 'module' | 'aid'>): ApplicationBehaviour {
  switch (module) {
    case paymentModule:
      return { rules: paymentRules, make: (application, lent) => new PaymentApplication(application, lent) };
    case directoryModule:
      return { rules: directoryRules(fromHex(aid)), make: (application) => new DirectoryApplication(application) };
    default:
      return { rules: loyaltyRules, make: records };
  }
}
