import { z } from 'zod';
import { batchId, orderId } from '../../domain/identifiers.ts';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { cardInspectionView } from '../views/card-inspection-view.ts';
import { deviceView, keyView } from '../views/evidence-views.ts';
import { exerciseStepView } from '../views/exercise-view.ts';
import { pairingView } from '../views/pairing-view.ts';
import { nothing } from './call-inputs.ts';

/** Devices and keys. */
export const devicesCalls = {
  list: row('see-devices', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ devices: z.array(deviceView), keys: z.array(keyView) })),
  /** Asks for a device to be enrolled; a second person approves. */
  requestEnrolment: row('request-enrolment', { kind: 'none' })
    .input(z.strictObject({ device: z.string().max(40) }))
    .output(approvalView),
  /** Which lines are proven to have their own encoder inside. */
  pairings: row('see-devices', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ pairings: z.array(pairingView) })),
  /** Feeds one blank of the line as a test card and proves that exactly its own encoder reports it; the blank ends in the reject box. */
  provePairing: row('run-production', { kind: 'line', field: 'line' })
    .input(z.strictObject({ line: z.string().max(40) }))
    .output(pairingView),
  /**
   * Reads the card that lies on a line's reader: what it tells freely, and with a product's keys its registry. Keys cost one try at most; after a
   * refusal the same keys are tried again only where `refused` says so.
   */
  inspectCard: row('inspect-card', { kind: 'line', field: 'line' })
    .input(
      z.strictObject({
        line: z.string().max(40),
        with: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('nothing') }),
          z.strictObject({
            kind: z.literal('keys'),
            product: z.string().max(80),
            refused: z.enum(['stop', 'try-again']),
          }),
        ]),
      }),
    )
    .output(cardInspectionView),
  /**
   * Makes one blank of the line a test card of this order and tries on it what is never tried on a customer's: PIN tries down to blocking, scripts, blocking. In the test
   * environment only; the blank is booked as the test card of a pairing and ends in the reject box.
   */
  exerciseTestCard: row('run-production', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ line: z.string().max(40), batch: batchId, order: orderId }))
    .output(z.strictObject({ steps: z.array(exerciseStepView) })),
} as const;
