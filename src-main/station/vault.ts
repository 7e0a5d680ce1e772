import { existsSync } from 'node:fs';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { BootLog } from '../keys/boot-log.ts';
import { KeyStoreWatch } from '../keys/key-store-watch.ts';
import { openKeyPort, type KeyPortOptions } from '../keys/open-key-port.ts';
import type { KeyPort } from '../keys/port.ts';
import type { SealedSecret } from '../keys/seal.ts';
import { prepareTokenStore } from '../keys/token-store.ts';
import { openTrainingSeal } from '../keys/training-seal.ts';
import { systemClock as clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Configuration } from './configuration.ts';
import type { Places } from './places.ts';

/** Where Debian and others put SoftHSM2. */
const softHsmModules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];
const tokenLabel = 'cardwright';

/** The station unsealed: its keys, and the key of its database. */
export interface Vault {
  readonly keys: KeyPort;
  /** Follows the key store until it is closed; that comes before the port's own end. */
  readonly keyStore: KeyStoreWatch;
  readonly databaseKey: Secret<Uint8Array>;
  readonly unsealedBy: readonly string[];
  /** Module and token, or the file store. */
  readonly hsm: { readonly module: string; readonly token: string };
  readonly notices: HelloView['notices'];
}

interface VaultOptions {
  readonly configuration: Configuration;
  readonly places: Places;
  readonly bootLog: BootLog;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What opening the key store takes. */
interface KeyStoreOptions {
  readonly configuration: Pick<Configuration, 'hsm' | 'station'>;
  readonly places: Pick<Places, 'token' | 'keyFiles'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

async function keyPortOptions(options: KeyStoreOptions, secret: SealedSecret): Promise<KeyPortOptions> {
  const { configuration, places, logger, signal } = options;
  const pin = new Secret(secret.hsmPin);
  const { hsm, station: stationName } = configuration;
  if (hsm.kind === 'pkcs11') return { kind: 'pkcs11', modulePath: hsm.module, tokenLabel: hsm.token, pin, stationName };
  const modulePath = hsm.kind === 'files' ? undefined : softHsmModules.find((path) => existsSync(path));
  // A station that began with the file store keeps its keys there.
  if (modulePath === undefined || existsSync(places.keyFiles))
    return { kind: 'node-crypto', folder: places.keyFiles, pin };
  const { moduleEnvironment } = await prepareTokenStore(
    { folder: places.token, modulePath, tokenLabel, pin },
    { logger, signal },
  );
  return { kind: 'pkcs11', modulePath, tokenLabel, pin, stationName, moduleEnvironment };
}

/** Opens the seal of a backup, whose data folder does not exist yet; the live seal is opened by nobody here, as in `openVault`. */
export async function openBackupSeal(file: string, mode: Configuration['mode']): Promise<SealedSecret> {
  if (mode === 'live') throw new StationFault('STATION-LIVE-SEAL');
  return (await openTrainingSeal(file)).secret.reveal();
}

/** Opens the key store with the PIN of a seal. */
export async function openKeyStore(options: KeyStoreOptions, secret: SealedSecret): Promise<KeyPort> {
  return openKeyPort(await keyPortOptions(options, secret), { logger: options.logger });
}

/** Unseals the station and opens its HSM. Every try is in the boot log before it is made. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  // The only seal that a station opens by itself is the published test seal: nothing live may ever stand behind it.
  if (options.configuration.mode === 'live') throw new StationFault('STATION-LIVE-SEAL');
  const { bootLog, places, signal } = options;
  bootLog.append('unseal-tried', {});
  let seal: Awaited<ReturnType<typeof openTrainingSeal>>;
  try {
    seal = await openTrainingSeal(places.seal);
  } catch (fault) {
    bootLog.append('unseal-refused', {});
    throw fault;
  }
  const secret = seal.secret.reveal();
  const keyStore = new KeyStoreWatch({ clock, logger: options.logger });
  const keys = await openKeyPort(await keyPortOptions(options, secret), {
    logger: options.logger,
    observer: keyStore,
  });
  bootLog.append('unsealed', { people: seal.people.join(', ') });
  const described = await keys.describe(signal);
  await keyStore.follow(keys, signal);
  const notices =
    described.provider === 'pkcs11'
      ? []
      : [
          {
            code: 'HSM-FILES',
            text: 'No PKCS#11 module was found. The training keys lie in an enciphered file instead of an HSM.',
          },
        ];
  return {
    keys,
    keyStore,
    databaseKey: new Secret(secret.databaseKey),
    unsealedBy: seal.people,
    hsm: {
      module: described.provider === 'pkcs11' ? described.module : 'Enciphered file (training only)',
      token: described.token,
    },
    notices,
  };
}
