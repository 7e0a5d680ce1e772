import { electronWire } from './electron-wire.ts';
import { loopbackWire, socketAddress } from './loopback-wire.ts';
import type { StationWire } from './station-wire.ts';

/** Electron serves the page under its own scheme; everything else is the loopback shell. */
export function chooseWire(page: Window): StationWire {
  return page.location.protocol === 'app:' ? electronWire(page) : loopbackWire(socketAddress(page.location));
}
