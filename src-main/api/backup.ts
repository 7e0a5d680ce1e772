import { api } from './context.ts';
import { personOf } from './guard.ts';

export const backup = {
  state: api.backup.state.handler(({ context }) => context.services.backups.state()),
  make: api.backup.make.handler(({ context }) => {
    const { person } = personOf(context);
    // The backup goes on when the window that asked is closed.
    return context.services.backups.make({ kind: 'person', person }, new AbortController().signal);
  }),
};
