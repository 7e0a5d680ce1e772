import type { Act, Role } from '#shared/domain/roles.ts';
import type { ApprovalAct } from './port.ts';

/** Per act: who may ask, who may approve, how many of them, and how long the signature may wait (DESIGN 9). */
export interface PolicyRow {
  readonly title: string;
  readonly mayAsk: readonly Role[];
  readonly mayApprove: readonly Role[];
  readonly approvers: number;
  /** Milliseconds from the request until it expires, used or not. */
  readonly validFor: number;
}

const hour = 3_600_000;

export const approvalPolicy: Readonly<Record<ApprovalAct, PolicyRow>> = {
  'batch-release': {
    title: 'Release of a batch',
    mayAsk: ['operator'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'batch-close': {
    title: 'Close of a batch',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'device-enrolment': {
    title: 'Enrolment of a device',
    mayAsk: ['administrator'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
};

/** The act of the rights table that a person needs to approve anything at all. */
export const approveAct: Act = 'decide-approval';
