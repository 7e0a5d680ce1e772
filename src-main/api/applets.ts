import type { PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { fromHex } from '#shared/bytes/bytes.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { appletPackageView, appletProviderView } from './views/applet-view.ts';
import { approvalView } from './views/approval-view.ts';
import type { PersonRow } from '../journal/projections/people.ts';

function asked(approval: string, services: Services) {
  const row = services.journal.projections.approvals.find(approval);
  if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
  return approvalView(row, services);
}

const idOf = (person: PersonRow) => person.person as PersonId;

export const applets = {
  list: api.applets.list.handler(({ context: { services } }) => {
    const providers = services.applets.providers();
    return {
      packages: services.applets.packages().map((row) => appletPackageView(row, providers, services)),
      providers: providers.map(appletProviderView),
    };
  }),
  requestProvider: api.applets.requestProvider.handler(({ context, input }) =>
    asked(context.services.applets.requestProvider(input, idOf(personOf(context))), context.services),
  ),
  requestImport: api.applets.requestImport.handler(({ context, input }) => {
    const { services } = context;
    const { file, provider, signature, dap } = input;
    const brought = {
      file: Uint8Array.from(Buffer.from(file, 'base64')),
      provider,
      signature: fromHex(signature),
      dap: dap.map((one) => ({
        securityDomain: one.securityDomain.toLowerCase(),
        signature: one.signature.toLowerCase(),
      })),
    };
    return asked(services.applets.requestPackage(brought, idOf(personOf(context))), services);
  }),
  requestWithdrawal: api.applets.requestWithdrawal.handler(({ context, input }) =>
    asked(context.services.applets.requestWithdrawal(input, idOf(personOf(context))), context.services),
  ),
};
