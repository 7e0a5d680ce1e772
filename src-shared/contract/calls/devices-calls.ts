import { z } from 'zod';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { deviceView, keyView } from '../views/evidence-views.ts';
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
} as const;
