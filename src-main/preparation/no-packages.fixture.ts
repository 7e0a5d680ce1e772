import { StationFault } from '#shared/faults/station-fault.ts';
import type { AppletPackages } from '../applets/port.ts';

/** A catalogue that holds nothing: for products whose cards are not loaded. */
export const noPackages: AppletPackages = {
  forLoading: (hash) => {
    throw new StationFault('APPLET-UNKNOWN', { name: hash });
  },
};
