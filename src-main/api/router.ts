import { applets } from './applets.ts';
import { approvals } from './approvals.ts';
import { backup } from './backup.ts';
import { batches } from './batches.ts';
import { cards } from './cards.ts';
import { api } from './context.ts';
import { about, devices, journal, sync } from './evidence.ts';
import { home } from './home.ts';
import { keys } from './keys.ts';
import { looks } from './looks.ts';
import { inspection } from './inspection.ts';
import { pairing } from './pairing.ts';
import { production } from './production.ts';
import { products } from './products.ts';
import { remake } from './remake.ts';
import { session } from './session.ts';
import { stock } from './stock.ts';

/** The whole contract, implemented. */
export const router = api.router({
  session,
  home,
  batches,
  cards,
  approvals,
  production,
  looks,
  remake,
  products,
  stock,
  journal,
  backup,
  keys,
  applets,
  devices: { ...devices, ...pairing, ...inspection },
  sync,
  about,
});
