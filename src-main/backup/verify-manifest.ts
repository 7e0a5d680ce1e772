import { createPublicKey, verify } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { EcPublicJwk } from '../keys/port.ts';
import { signedBytes } from './container-format.ts';
import type { UnpackedBackup } from './container-reader.ts';

/** Proves that this HSM's station signed a backup's manifest. BACKUP-OTHER-HSM. */
export function verifyManifest(backup: UnpackedBackup, signingKey: EcPublicJwk): void {
  const { x, y } = backup.manifest.signingKey;
  if (x !== signingKey.x || y !== signingKey.y) {
    throw new StationFault('BACKUP-OTHER-HSM', { reason: 'the signing key differs' });
  }
  const key = createPublicKey({ key: { ...signingKey }, format: 'jwk' });
  const holds = verify(
    'sha256',
    signedBytes(backup.manifestText),
    { key, dsaEncoding: 'ieee-p1363' },
    backup.signature,
  );
  if (!holds) throw new StationFault('BACKUP-OTHER-HSM', { reason: 'the signature does not hold' });
}
