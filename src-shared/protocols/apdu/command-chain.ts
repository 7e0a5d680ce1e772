import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from './command-apdu.ts';

/** Bit 5 of CLA in the first interindustry and the GlobalPlatform classes: more of this command follows. ISO/IEC 7816-4:2013 §5.3.3. */
const moreFollows = 0x10;

/**
 * Splits a command into a chain of commands of at most `longest` data bytes (255 unless said otherwise); all but the last bear the chaining
 * bit and ask for no answer. A command that fits is its own chain. CARD-APDU for a class that has no chaining bit (bit 7 or a channel over
 * 3, or CLA FF). Does not touch the card. ISO/IEC 7816-4:2013 §5.3.3.
 */
export function chainCommand(command: CommandApdu, longest = 255): CommandApdu[] {
  const { data, le, ...head } = command;
  if (data === undefined || data.length <= longest) return [command];
  if ((command.cla & 0x70) !== 0) throw new StationFault('CARD-APDU', { reason: 'its class cannot be chained' });
  const parts: CommandApdu[] = [];
  for (let at = 0; at < data.length; at += longest) {
    const part = data.slice(at, at + longest);
    if (at + longest < data.length) parts.push({ ...head, cla: head.cla | moreFollows, data: part });
    else parts.push({ ...head, data: part, ...(le === undefined ? {} : { le }) });
  }
  return parts;
}
