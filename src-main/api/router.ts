import { approvals } from './approvals.ts';
import { batches } from './batches.ts';
import { api } from './context.ts';
import { about, devices, journal, stock, sync } from './evidence.ts';
import { home } from './home.ts';
import { looks } from './looks.ts';
import { production } from './production.ts';
import { remake } from './remake.ts';
import { session } from './session.ts';

/** The whole contract, implemented. */
export const router = api.router({
  session,
  home,
  batches,
  approvals,
  production,
  looks,
  remake,
  stock,
  journal,
  devices,
  sync,
  about,
});
