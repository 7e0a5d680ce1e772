import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import type { CardKeyReference, Dialogue } from '#shared/domain/dialogue.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import type { ProductChannel } from '#shared/domain/secure-channel.ts';
import { secureChannel } from '#shared/domain/secure-channel.ts';
import { cardDataObject, getCardData, getStatus, statusScope } from '#shared/protocols/globalplatform/card-commands.ts';
import { parseProductionLifeCycle } from '#shared/protocols/globalplatform/production-life-cycle.ts';
import { parseRegistryEntries } from '#shared/protocols/globalplatform/registry-entry.ts';
import { bringKey } from '../../keys/conformance-ceremony.ts';
import { requested } from '../../keys/conformance-registry.ts';
import { openKeyPort } from '../../keys/open-key-port.ts';
import type { KeyPort } from '../../keys/port.ts';
import { systemRandomness } from '../../platform/randomness.ts';
import { runDialogue } from '../../production/dialogue-runner.ts';
import { type ChipInProcess } from './chip-in-process.fixture.ts';
import { openChannel } from './personalise/open-channel.ts';
import { askSecurely } from './personalise/secure-exchange.ts';
import { selectCardManager } from './plain-exchange.ts';

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'cardwright-channels-'));
export const published = '404142434445464748494a4b4c4d4e4f';
export const publishedKeys = { enc: published, mac: published, dek: published };
export const version = 0x20;

/** Three different keys of a length. */
export const keysOf = (length: number): Record<'enc' | 'mac' | 'dek', string> => {
  const one = (from: number): string => toHex(Uint8Array.from({ length }, (_, at) => (from + at * 5) & 255));
  return { enc: one(1), mac: one(90), dek: one(170) };
};
export const tdesKeys = {
  enc: '2315208c9110ad40b0b5c1dc7f4c2a94',
  mac: '0123456789abcdeffedcba9876543210',
  dek: '89e989f7931545f334bc7546fd3e380d',
};

let keys: KeyPort;

async function bringSet(name: string, protocol: 'scp02' | 'scp03', values: Record<string, string>): Promise<void> {
  for (const [part, value] of Object.entries(values)) {
    const usage = `${protocol}-${part as 'enc' | 'mac' | 'dek'}` as const;
    const algorithm: KeyAlgorithm = protocol === 'scp02' ? 'TDES-2' : (`AES-${value.length * 4}` as KeyAlgorithm);
    const key = { ...requested(usage, algorithm, `${name}/${part}`), version };
    await bringKey(keys, key, fromHex(value));
  }
}

/** Opens the key process with every key set that the tests name before the tests of a file, and ends it after them. */
export function withCardKeys(): void {
  beforeAll(async () => {
    const pin = new Secret('0123456789abcdef0123456789abcdef');
    keys = await openKeyPort({ kind: 'node-crypto', folder, pin }, { logger: { info: () => {}, warn: () => {} } });
    await keys.prepareStation([issuerId.parse('northbank')], 'test', signal);
    for (const length of [16, 24, 32]) await bringSet(`test/aes-${length}`, 'scp03', keysOf(length));
    await bringSet('test/tdes', 'scp02', tdesKeys);
    await bringKey(keys, requested('kmc-scp03', 'AES-192', 'kmc-scp03/test'), fromHex(keysOf(24).dek));
    await bringKey(keys, requested('kmc-scp02', 'TDES-2', 'kmc-scp02/test'), fromHex(tdesKeys.enc));
    await keys.importTestCardKeys({ name: 'maker/scp03', version: 255 }, 'scp03', signal);
    await keys.importTestCardKeys({ name: 'maker/scp02', version: 255 }, 'scp02', signal);
    await keys.importTestCardKeys({ name: 'maker/old', version: 1 }, 'scp03', signal);
    await keys.importTestCardKeys({ name: 'issuer/scp03', version: 48 }, 'scp03', signal);
  }, 60_000);

  afterAll(async () => {
    await keys.close();
    rmSync(folder, { recursive: true });
  });
}

const nothing = (): never => {
  throw new Error('nothing is resolved here');
};

/** Runs a dialogue on a chip, with those keys. */
export function run<Result>(
  dialogue: Dialogue<Result>,
  { link }: ChipInProcess,
  marks: string[] = [],
  resolve: (reference: string) => Uint8Array = nothing,
): Promise<Result> {
  return runDialogue(dialogue, {
    link,
    keys,
    randomness: systemRandomness,
    resolve,
    mark: (name) => {
      marks.push(name);
      return Promise.resolve();
    },
    exchangeDeadline: 1000,
    signal,
  });
}

/** Selects, opens, and exchanges commands with data in both directions, in neither and in one. */
export function* speak(keySet: CardKeyReference, channel: ProductChannel): Dialogue<string> {
  const application = yield* selectCardManager();
  yield* openChannel({ keySet, channel, application, padding: 'always' });
  const production = yield* askSecurely(getCardData(cardDataObject.productionLifeCycle), 'GET DATA 9F7F');
  const [entry] = parseRegistryEntries(yield* askSecurely(getStatus(statusScope.issuerSecurityDomain), 'GET STATUS'));
  yield* askSecurely(getCardData(cardDataObject.keyInformationTemplate), 'GET DATA 00E0');
  return `${parseProductionLifeCycle(production).icFabricator} ${toHex(entry?.aid ?? new Uint8Array(0))}`;
}

/** Every channel that a product can say: what the schema refuses is not one. */
const levels = ['01', '03', '11', '13', '33'];
export const channelsOf = (protocol: 'scp02' | 'scp03', parameters: readonly string[]): readonly ProductChannel[] =>
  parameters.flatMap((parameter) =>
    levels.flatMap((level) => {
      const parsed = secureChannel.safeParse({ protocol, parameter, level });
      return parsed.success ? [parsed.data] : [];
    }),
  );
export const scp03Parameters = ['00', '01', '10', '11', '20', '21', '30', '31', '60', '61', '70', '71'];

export const scp03: ProductChannel = { protocol: 'scp03', parameter: '70', level: '33' };
export const scp02: ProductChannel = { protocol: 'scp02', parameter: '55', level: '03' };
