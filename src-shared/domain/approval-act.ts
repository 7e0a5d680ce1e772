/** Acts that need a second person (DESIGN 9). */
export const approvalActs = [
  'batch-release',
  'batch-close',
  'device-enrolment',
  'remake',
  'stock-receipt',
  'stock-move',
  'stock-out',
  'test-use',
  'count-difference',
  'day-close',
  'day-difference',
  'destruction',
  'log-export',
  'backup-restore',
  'key-generation',
  'key-import',
  'key-ceremony',
  'key-change',
  'key-end',
] as const;
export type ApprovalAct = (typeof approvalActs)[number];
