// Takes card key pairs of a folder's pool until it is ended, as a program of its own that a test may kill: says the fingerprint of each pair that
// it holds, one a line.
import { hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { Journal } from '../journal/journal.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { StoredIccKeyPool } from './icc-key-pool.ts';
import { openKeyPort } from './open-key-port.ts';

const folder = process.argv[2] ?? '';
const { signal } = new AbortController();
const keys = await openKeyPort(
  { kind: 'node-crypto', folder: join(folder, 'keys'), pin: new Secret('pool') },
  { logger: { info: () => undefined, warn: () => undefined } },
);
const journal = Journal.open({
  file: join(folder, 'journal.db'),
  key: new Secret(new Uint8Array(32).fill(7)),
  whenMissing: 'refuse',
  station: 'station-pool',
  headRegister: null,
  clock: systemClock,
  randomness: systemRandomness,
  onFatal: () => process.exit(1),
  onSubscriberFault: () => process.exit(1),
});
const pool = new StoredIccKeyPool({
  journal,
  keys,
  environment: 'test',
  targets: [],
  machines: () => 'busy',
  monotonic: () => performance.now(),
  onFault: () => undefined,
});
for (;;) {
  const { publicKey } = await pool.take({ bits: 1024, exponent: 3 }, signal);
  writeSync(1, `${hash('sha256', publicKey.modulus, 'hex')}\n`);
}
