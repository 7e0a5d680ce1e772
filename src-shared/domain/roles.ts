import { z } from 'zod';

export const role = z.enum(['operator', 'branch', 'supervisor', 'administrator', 'custodian', 'auditor']);
export type Role = z.infer<typeof role>;

/** What a contract call does; a right is an act for one issuer or all. */
export const act = z.enum([
  'public',
  'own-session',
  'see-home',
  'see-batches',
  'pull-batch',
  'request-release',
  'decide-approval',
  'run-production',
  'decide-look',
  'see-balance',
  'request-close',
  'see-stock',
  'load-stock',
  'see-journal',
  'verify-journal',
  'rebuild-journal',
  'export-journal',
  'see-devices',
  'request-enrolment',
  'see-sync',
  'run-sync',
]);
export type Act = z.infer<typeof act>;

const everyone: readonly Act[] = ['public', 'own-session', 'see-home'];

/** Which acts a role carries. The one table that middleware, screens and tests read. */
export const actsOfRole: Readonly<Record<Role, readonly Act[]>> = {
  operator: [
    ...everyone,
    'see-batches',
    'pull-batch',
    'request-release',
    'run-production',
    'decide-look',
    'see-balance',
    'request-close',
    'see-stock',
    'load-stock',
    'see-journal',
    'see-devices',
    'see-sync',
    'run-sync',
  ],
  branch: [...everyone, 'see-devices'],
  supervisor: [
    ...everyone,
    'see-batches',
    'decide-approval',
    'decide-look',
    'see-balance',
    'request-close',
    'see-stock',
    'see-journal',
    'verify-journal',
    'see-devices',
    'see-sync',
    'run-sync',
  ],
  administrator: [
    ...everyone,
    'see-journal',
    'verify-journal',
    'rebuild-journal',
    'export-journal',
    'see-devices',
    'request-enrolment',
    'see-sync',
  ],
  custodian: [...everyone],
  auditor: [
    ...everyone,
    'see-journal',
    'verify-journal',
    'export-journal',
    'see-devices',
    'see-batches',
    'see-balance',
    'see-stock',
  ],
};
