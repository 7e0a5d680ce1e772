import type { FaultDescription, FaultDetails, StationFault } from './station-fault.ts';
import { accessFaults } from './access.ts';
import { backupFaults } from './backup.ts';
import { batchFaults } from './batch.ts';
import { cardFaults } from './card.ts';
import { certificateFaults } from './certificates.ts';
import { cmsFaults } from './cms.ts';
import { encoderFaults } from './encoder.ts';
import { intakeFaults } from './intake.ts';
import { journalFaults } from './journal.ts';
import { keyFaults } from './keys.ts';
import { layoutFaults } from './layout.ts';
import { packageFaults } from './packages.ts';
import { inspectionFaults } from './inspection.ts';
import { pairingFaults } from './pairing.ts';
import { printerFaults } from './printer.ts';
import { productFaults } from './products.ts';
import { productionFaults } from './production.ts';
import { remakeFaults } from './remake.ts';
import { stationFaults } from './station.ts';
import { stockFaults } from './stock.ts';
import { valueFaults } from './values.ts';

/** Every fault that the station can name, by code (`AREA-WHAT`). */
export const faultCatalogue: Readonly<Record<string, FaultDescription>> = {
  ...accessFaults,
  ...backupFaults,
  ...batchFaults,
  ...cardFaults,
  ...certificateFaults,
  ...cmsFaults,
  ...encoderFaults,
  ...intakeFaults,
  ...journalFaults,
  ...keyFaults,
  ...layoutFaults,
  ...packageFaults,
  ...pairingFaults,
  ...inspectionFaults,
  ...printerFaults,
  ...productFaults,
  ...productionFaults,
  ...remakeFaults,
  ...stationFaults,
  ...stockFaults,
  ...valueFaults,
};

function fill(template: string, details: FaultDetails): string {
  return template.replace(/\{(\w+)\}/g, (mark, name: string) => String(details[name] ?? mark));
}

/** Says in plain words what happened and what to do now; an unknown code is named as it is. */
export function describeFault(fault: Pick<StationFault, 'code' | 'details'>): { text: string; next: string } {
  const known = faultCatalogue[fault.code];
  if (known === undefined) {
    return { text: `Something unexpected happened (${fault.code}).`, next: 'Call a supervisor and keep this code.' };
  }
  return { text: fill(known.text, fault.details), next: fill(known.next, fault.details) };
}
