import type { Act, Role } from '#shared/domain/roles.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';

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
  remake: {
    title: 'Remake of a card',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'stock-receipt': {
    title: 'Receipt of stock',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['operator', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'stock-move': {
    title: 'Move of stock',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['operator', 'supervisor'],
    approvers: 1,
    validFor: 2 * hour,
  },
  // What leaves the station is out of every later count: no two operators alone.
  'stock-out': {
    title: 'Stock leaves the station',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 2 * hour,
  },
  'test-use': {
    title: 'Blanks used for tests',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 2 * hour,
  },
  'count-difference': {
    title: 'Difference in a count',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'day-close': {
    title: 'Close of a day',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['operator', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'day-difference': {
    title: 'Close of a day with a difference',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  destruction: {
    title: 'Destruction',
    mayAsk: ['operator', 'supervisor'],
    mayApprove: ['operator', 'supervisor'],
    // Who destroys asks; two others watch and sign.
    approvers: 2,
    validFor: 8 * hour,
  },
  'log-export': {
    title: 'Export of the journal',
    mayAsk: ['administrator', 'auditor'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 2 * hour,
  },
  'backup-restore': {
    title: 'Restore of the station',
    mayAsk: ['administrator'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: hour,
  },
  'key-generation': {
    title: 'Generation of a key',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'key-import': {
    title: 'Import of a key block',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'key-ceremony': {
    title: 'Key ceremony',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'key-change': {
    title: 'Change of a key',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  // What was made with the key can no longer be verified or opened: nobody brings it back.
  'key-end': {
    title: 'End of a key',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 2,
    validFor: 8 * hour,
  },
  // Every certificate that a terminal is to trust is opened with it.
  'authority-import': {
    title: 'Import of an authority key',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 2,
    validFor: 8 * hour,
  },
  'certificate-import': {
    title: 'Import of an issuer certificate',
    mayAsk: ['custodian'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'product-to-production': {
    title: 'Product or profile to production',
    mayAsk: ['administrator'],
    mayApprove: ['supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  // Whatever it signs may be loaded onto cards.
  'applet-provider-import': {
    title: 'Import of a provider of applet packages',
    mayAsk: ['administrator'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 2,
    validFor: 8 * hour,
  },
  'applet-import': {
    title: 'Import of an applet package',
    mayAsk: ['administrator'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
  'applet-withdrawal': {
    title: 'Withdrawal of an applet package',
    mayAsk: ['administrator'],
    mayApprove: ['custodian', 'supervisor'],
    approvers: 1,
    validFor: 8 * hour,
  },
};

/** The act of the rights table that a person needs to approve anything at all. */
export const approveAct: Act = 'decide-approval';
