import { z } from 'zod';

/**
 * The ways in which training can spoil a batch on its way out, each answered by the station without any harm:
 * `unsigned` (alg none, empty signature), `foreign-signature` (another key under our kid), `altered-manifest` (one claim changed after
 * signing), `header-not-allowed` (a member outside the allow list), `truncated-manifest` and `truncated-records` (cut off),
 * `reordered-records` (first two exchanged), `over-many-records` (more than the count), `over-long-record` (one beyond the limit),
 * `wrong-content-key` (wrapped for another station's key), `wrong-encryption` (first record under another key, digest right),
 * `record-header-not-allowed` (first record with a member outside the list, digest right), `wrong-audience` (another station and lease),
 * `future-version`, `wrong-product-version`, `live-environment`, `digest-differs` (first record is not the one listed),
 * `garbage-manifest` (no JWS at all), `wrong-count` (count and list disagree), `another-batch` (a manifest of another batch id).
 */
export const hostileKind = z.enum([
  'unsigned',
  'foreign-signature',
  'altered-manifest',
  'header-not-allowed',
  'truncated-manifest',
  'truncated-records',
  'reordered-records',
  'over-many-records',
  'over-long-record',
  'wrong-content-key',
  'wrong-encryption',
  'record-header-not-allowed',
  'wrong-audience',
  'future-version',
  'wrong-product-version',
  'live-environment',
  'digest-differs',
  'garbage-manifest',
  'wrong-count',
  'another-batch',
]);
export type HostileKind = z.infer<typeof hostileKind>;
