import { StationFault } from '#shared/faults/station-fault.ts';
import type { PcscFault } from '../../../links/pcsc/pcsc-trouble.ts';

/** Gives trouble with PC/SC the name that a person reads; `deadline` is the one that was missed, in milliseconds. */
export function nameFault(fault: PcscFault, reader: string, deadline: number): StationFault {
  const details = { reader, reason: fault.reason };
  switch (fault.trouble) {
    case 'no-package':
      return new StationFault('ENCODER-NO-PCSC', details, fault);
    case 'no-service':
      return new StationFault('ENCODER-LOST', { reader, reason: 'the smart card service does not run' }, fault);
    case 'no-reader':
      return new StationFault('ENCODER-LOST', { reader, reason: 'it is not connected' }, fault);
    case 'process-ended':
      return new StationFault('ENCODER-LOST', { reader, reason: 'its process ended' }, fault);
    case 'no-card':
      return new StationFault('ENCODER-NO-CARD', { reader }, fault);
    case 'card-gone':
      return new StationFault('CARD-GONE', { reader }, fault);
    case 'mute':
      return new StationFault('CARD-MUTE', { reader }, fault);
    case 'held':
      return new StationFault('ENCODER-HELD', { reader, by: 'another program' }, fault);
    case 'deadline':
      return new StationFault('ENCODER-DEADLINE', { reader, seconds: Math.ceil(deadline / 1000) }, fault);
    case 'refused':
      return new StationFault('ENCODER-REFUSED', details, fault);
  }
}
