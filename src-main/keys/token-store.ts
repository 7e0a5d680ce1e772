import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Secret } from '#shared/bytes/secret.ts';
import type { KeyLogger } from './worker-process.ts';
import { WorkerProcess } from './worker-process.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

/** A SoftHSM2 token store of its own. */
export interface TokenStoreRequest {
  /** Made where it is missing, 0700; holds `softhsm2.conf` and `tokens/`. */
  readonly folder: string;
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pin: Secret<string>;
  /** Without one, a random one is set and forgotten: nobody can then set another user PIN. */
  readonly officerPin?: Secret<string>;
}

const deadline = 60_000;

/**
 * Makes a SoftHSM2 token in a folder of its own, or finds it made; for training and tests, never for live keys.
 *
 * PINs go to the module by C_InitToken and C_InitPIN inside the worker, so they stand in no process's arguments. Hands back the variables to
 * give `openKeyPort`. KEYS-MODULE, KEYS-TOKEN, KEYS-HSM-FAULT, KEYS-WORKER-LOST, KEYS-DEADLINE.
 */
export async function prepareTokenStore(
  request: TokenStoreRequest,
  { logger, signal }: { readonly logger: KeyLogger; readonly signal: AbortSignal },
): Promise<{ readonly made: 'made' | 'found'; readonly moduleEnvironment: Readonly<Record<string, string>> }> {
  const tokens = join(request.folder, 'tokens');
  await mkdir(tokens, { recursive: true, mode: 0o700 });
  const configuration = join(request.folder, 'softhsm2.conf');
  writeFileDurably(
    configuration,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`,
  );
  const moduleEnvironment = { SOFTHSM2_CONF: configuration };
  const worker = new WorkerProcess(moduleEnvironment, logger);
  try {
    const token = {
      modulePath: request.modulePath,
      tokenLabel: request.tokenLabel,
      pin: request.pin.reveal(),
      officerPin: request.officerPin?.reveal() ?? randomBytes(16).toString('hex'),
    };
    const bounds = { act: 'initialise-token', milliseconds: deadline, signal };
    const made = (await worker.call({ kind: 'initialise-token', token }, bounds)) as 'made' | 'found';
    return { made, moduleEnvironment };
  } finally {
    await worker.close();
  }
}
