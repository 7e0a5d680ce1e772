import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import type { BlankKind } from '../../../src-sim/card/new-chip.ts';
import { bringKey } from '../../keys/conformance-ceremony.ts';
import { requested } from '../../keys/conformance-registry.ts';
import { tdesKeysUnder } from '../../keys/conformance-tdes-card.ts';
import { openKeyPort } from '../../keys/open-key-port.ts';
import type { KeyPort } from '../../keys/port.ts';
import { systemRandomness } from '../../platform/randomness.ts';
import { runDialogue } from '../../production/dialogue-runner.ts';
import { chipInProcess, type ChipInProcess, type Disturbance } from './chip-in-process.fixture.ts';
import { openChannel } from './personalise/open-channel.ts';
import { askSecurely } from './personalise/secure-exchange.ts';
import { selectCardManager } from './plain-exchange.ts';
import { replaceCardKeys, type KeyReplacement } from './replace-card-keys.ts';

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'cardwright-channels-'));
const published = '404142434445464748494a4b4c4d4e4f';
const publishedKeys = { enc: published, mac: published, dek: published };
const version = 0x20;

/** Three different keys of a length. */
const keysOf = (length: number): Record<'enc' | 'mac' | 'dek', string> => {
  const one = (from: number): string => toHex(Uint8Array.from({ length }, (_, at) => (from + at * 5) & 255));
  return { enc: one(1), mac: one(90), dek: one(170) };
};
const tdesKeys = {
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

function run<Result>(dialogue: Dialogue<Result>, { link }: ChipInProcess, marks: string[] = []): Promise<Result> {
  return runDialogue(dialogue, {
    link,
    keys,
    randomness: systemRandomness,
    resolve: () => {
      throw new Error('nothing is resolved here');
    },
    mark: (name) => {
      marks.push(name);
      return Promise.resolve();
    },
    exchangeDeadline: 1000,
    signal,
  });
}

/** Selects, opens, and exchanges commands with data in both directions, in neither and in one. */
function* speak(keySet: CardKeyReference, channel: ProductChannel): Dialogue<string> {
  const application = yield* selectCardManager();
  yield* openChannel({ keySet, channel, application, padding: 'always' });
  const production = yield* askSecurely(getCardData(cardDataObject.productionLifeCycle), 'GET DATA 9F7F');
  const [entry] = parseRegistryEntries(yield* askSecurely(getStatus(statusScope.issuerSecurityDomain), 'GET STATUS'));
  yield* askSecurely(getCardData(cardDataObject.keyInformationTemplate), 'GET DATA 00E0');
  return `${parseProductionLifeCycle(production).icFabricator} ${toHex(entry?.aid ?? new Uint8Array(0))}`;
}

/** Every channel that a product can say: what the schema refuses is not one. */
const levels = ['01', '03', '11', '13', '33'];
const channelsOf = (protocol: 'scp02' | 'scp03', parameters: readonly string[]): readonly ProductChannel[] =>
  parameters.flatMap((parameter) =>
    levels.flatMap((level) => {
      const parsed = secureChannel.safeParse({ protocol, parameter, level });
      return parsed.success ? [parsed.data] : [];
    }),
  );
const scp03Parameters = ['00', '01', '10', '11', '20', '21', '30', '31', '60', '61', '70', '71'];

const scp03: ProductChannel = { protocol: 'scp03', parameter: '70', level: '33' };
const scp02: ProductChannel = { protocol: 'scp02', parameter: '55', level: '03' };

describe('every channel opens on the virtual card through the key process', () => {
  test.each([16, 24, 32])(
    'SCP03 with AES keys of %i bytes: every option, S8 and S16, at every level that it gives',
    async (length) => {
      const channels = channelsOf('scp03', scp03Parameters);
      expect(channels).toHaveLength(44);
      for (const channel of channels) {
        const parameter = Number.parseInt(channel.parameter, 16);
        const card = chipInProcess('ready', { keys: keysOf(length), keyVersion: version, parameter });
        const said = await run(speak({ name: `test/aes-${length}`, version }, channel), card);
        expect([channel, said]).toEqual([channel, '4357 a000000151000000']);
      }
    },
    60_000,
  );

  test('SCP02 with options 15 and 55, C-MAC and C-DECRYPTION', async () => {
    const channels = channelsOf('scp02', ['15', '55']);
    expect(channels).toHaveLength(4);
    for (const channel of channels) {
      const parameter = Number.parseInt(channel.parameter, 16);
      const card = chipInProcess('scp02', { keys: tdesKeys, keyVersion: version, parameter });
      const said = await run(speak({ name: 'test/tdes', version }, channel), card);
      expect([channel, said]).toEqual([channel, '4357 a000000151000000']);
    }
  });

  /** Opens and speaks while one command is answered otherwise; the fault, and how many commands went out. */
  const disturbed = async (disturb: Disturbance): Promise<readonly [code: string, sent: number]> => {
    const made = { keys: keysOf(16), keyVersion: version, parameter: 0x70 };
    const card = chipInProcess('ready', made, disturb);
    const code = await run(speak({ name: 'test/aes-16', version }, scp03), card).then(
      () => 'none',
      (thrown: unknown) => (thrown as { code: string }).code,
    );
    return [code, card.sent.length];
  };
  const at =
    (place: number, answer: (execute: () => Uint8Array) => Uint8Array): Disturbance =>
    (_, execute) =>
      place-- === 0 ? answer(execute) : null;

  test('a status word in the place of every answer has its own fault, and no command is sent after it', async () => {
    const statusWords = [
      0x6283, 0x6300, 0x63c1, 0x6581, 0x6700, 0x6982, 0x6983, 0x6988, 0x6a80, 0x6a88, 0x6d00, 0x6f00,
    ];
    for (const statusWord of statusWords) {
      const status = Uint8Array.of(statusWord >> 8, statusWord & 255);
      const seen = [];
      for (const place of [0, 1, 2, 3]) seen.push(await disturbed(at(place, () => status)));
      // Warnings of a channel with R-MAC must bear one; errors come bare.
      const bare = statusWord >> 8 === 0x62 || statusWord >> 8 === 0x63;
      expect([statusWord, seen]).toEqual([
        statusWord,
        [
          ['CARD-STATUS', 1],
          ['CARD-STATUS', 2],
          ['CARD-AUTHENTICATION', 3],
          [bare ? 'KEYS-CHANNEL-MAC' : 'CARD-STATUS', 4],
        ],
      ]);
    }
  });

  test('an answer to INITIALIZE UPDATE that is cut, lengthened or altered in any byte opens nothing', async () => {
    const answers = (change: (answer: Uint8Array) => Uint8Array) => disturbed(at(1, (execute) => change(execute())));
    for (const length of [0, 1, 12, 13, 28, 29, 31]) {
      const [code, sent] = await answers((answer) => Uint8Array.from([...answer.subarray(0, length), 0x90, 0x00]));
      expect([length, code, sent]).toEqual([length, 'CARD-ANSWER', 2]);
    }
    expect(await answers((answer) => Uint8Array.from([0, ...answer]))).toEqual(['CARD-ANSWER', 2]);
    for (let byte = 10; byte < 32; byte++) {
      const [code, sent] = await answers((answer) => answer.map((was, index) => (index === byte ? was ^ 0x04 : was)));
      // Version, protocol and option; challenge and cryptogram; the counter, on which the challenge hangs.
      const expected = byte < 13 ? 'CARD-ANSWER' : byte < 29 ? 'KEYS-CARD-CRYPTOGRAM' : 'KEYS-CARD-ANSWER';
      expect([byte, code, sent]).toEqual([byte, expected, 2]);
    }
  });

  test('each altered byte of a protected answer ends the channel', async () => {
    const length = 48 + 8;
    for (let byte = 0; byte < length; byte++) {
      const seen = await disturbed(
        at(3, (execute) => execute().map((was, index) => (index === byte ? was ^ 0x20 : was))),
      );
      expect([byte, ...seen]).toEqual([byte, 'KEYS-CHANNEL-MAC', 4]);
    }
  });

  test('a card with other keys is tried once, and keeps all its tries', async () => {
    for (const [blank, keySet, channel] of [
      ['ready', { name: 'test/aes-16', version }, { protocol: 'scp03', parameter: '70', level: '33' }],
      ['scp02', { name: 'test/tdes', version }, { protocol: 'scp02', parameter: '55', level: '03' }],
    ] as const) {
      const own = blank === 'ready' ? keysOf(16) : tdesKeys;
      const parameter = Number.parseInt(channel.parameter, 16);
      const card = chipInProcess(blank, { keys: own, keyVersion: version, parameter, keyMask: 2 });
      await expect(run(speak(keySet, channel), card)).rejects.toMatchObject({ code: 'KEYS-CARD-CRYPTOGRAM' });
      expect(card.sent).toHaveLength(2);
      expect(card.chip.state.domains[0]?.keySets[0]?.failures).toBe(0);
    }
  });
});

/** Opens the channel that the maker's keys give and replaces them. */
function* renew(replacement: KeyReplacement, channel: ProductChannel): Dialogue<void> {
  const application = yield* selectCardManager();
  const way = { channel, padding: 'always' } as const;
  yield* openChannel({ ...way, keySet: replacement.from, application });
  yield* replaceCardKeys(replacement, way);
}

const kdf3 = { kmc: 'kmc-scp03/test', method: 'kdf3', keyVersion: 0x30 } as const;
const allMarks = [
  'authentication-begun',
  'authenticated',
  'card-keys-begun',
  'authentication-begun',
  'authenticated',
  'card-keys-replaced',
];

/** A blank with the maker's keys, which are the published ones. */
function factory(blank: BlankKind, keyVersion: number, disturb?: Disturbance): ChipInProcess {
  const parameter = blank === 'factory' ? 0x70 : 0x55;
  return chipInProcess(blank, { keys: publishedKeys, keyVersion, parameter }, disturb);
}

const keySetsOf = ({ chip }: ChipInProcess) =>
  chip.state.domains[0]?.keySets.map(({ version: held, keys: three }) => [held, three.map(({ value }) => value)]);

describe("the maker's keys are replaced by the issuer's, which open the next channel", () => {
  test.each([
    [
      'SCP03, initial keys, derived keys of 24 bytes',
      'factory',
      { name: 'maker/scp03', version: 255 },
      kdf3,
      'add',
      'with-length',
    ],
    ['SCP03, the other form', 'factory', { name: 'maker/scp03', version: 255 }, kdf3, 'add', 'plain-length'],
    ['SCP03, version 1 replaced', 'factory', { name: 'maker/old', version: 1 }, kdf3, 'replace', 'with-length'],
    [
      'SCP03, the published keys under another version',
      'factory',
      { name: 'maker/old', version: 1 },
      { name: 'issuer/scp03', version: 48 },
      'replace',
      'plain-length',
    ],
    [
      'SCP02, keys by EMV CPS',
      'factory-scp02',
      { name: 'maker/scp02', version: 255 },
      { kmc: 'kmc-scp02/test', method: 'emv-cps-1.1', keyVersion: 1 },
      'add',
      'with-length',
    ],
    [
      'SCP02, keys by Visa2',
      'factory-scp02',
      { name: 'maker/scp02', version: 255 },
      { kmc: 'kmc-scp02/test', method: 'visa2', keyVersion: 0x7f },
      'add',
      'with-length',
    ],
  ] as const)('%s', async (_, blank, from, to, way, form) => {
    const card = factory(blank, from.version);
    const marks: string[] = [];
    const channel = blank === 'factory' ? scp03 : scp02;
    await run(renew({ from, to, way, form }, channel), card, marks);
    expect(marks).toEqual(allMarks);
    const wanted = 'kmc' in to ? to.keyVersion : to.version;
    const held = keySetsOf(card);
    expect(held?.map(([one]) => one)).toEqual([wanted]);
    if ('name' in to) expect(held?.[0]?.[1]).toEqual([published, published, published]);
    else expect(new Set(held?.[0]?.[1] as string[]).size).toBe(3);
    // The keys are the card's own: what opens it is derived once more, and its maker's keys do not.
    expect(await run(speak(to, channel), card)).toBe('4357 a000000151000000');
    await expect(run(speak(from, channel), card)).rejects.toMatchObject({ code: 'CARD-STATUS' });
  });

  test('the derived keys of SCP02 are those of the clause', async () => {
    const card = factory('factory-scp02', 255);
    const to = { kmc: 'kmc-scp02/test', method: 'visa2', keyVersion: 1 } as const;
    await run(renew({ from: { name: 'maker/scp02', version: 255 }, to, way: 'add', form: 'with-length' }, scp02), card);
    const answer = fromHex(toHex(card.chip.exchange(fromHex('8050010008010203040506070800'))));
    const own = tdesKeysUnder(fromHex(tdesKeys.enc), answer.subarray(0, 10), 'visa2');
    expect(keySetsOf(card)).toEqual([[1, [own.enc, own.mac, own.dek].map(toHex)]]);
  });

  test('where the old keys are to stay, both are there', async () => {
    const card = factory('factory', 1);
    const from = { name: 'maker/old', version: 1 };
    await run(renew({ from, to: kdf3, way: 'add', form: 'with-length' }, scp03), card);
    expect(keySetsOf(card)?.map(([held]) => held)).toEqual([1, 48]);
  });

  test('one key is put by itself, and replaced by itself', async () => {
    const card = factory('factory', 1);
    const from = { name: 'maker/old', version: 1 };
    const same = { ...kdf3, keyVersion: 1 };
    function* one(): Dialogue<string> {
      const application = yield* selectCardManager();
      yield* openChannel({ channel: scp03, padding: 'always', keySet: from, application });
      const made = yield { kind: 'new-card-keys', keySet: same, form: 'with-length', keys: 'dek' };
      const command = { cla: 0x80, ins: 0xd8, p1: 0x01, p2: 0x03, data: made.slice(0, -4), le: 256 };
      const answer = yield* askSecurely(command, 'PUT KEY');
      return `${toHex(answer)} ${toHex(made.slice(-4))}`;
    }
    const [answered, expected] = (await run(one(), card)).split(' ');
    expect(answered).toBe(expected);
    const [enc, mac, dek] = (keySetsOf(card)?.[0]?.[1] ?? []) as string[];
    expect([enc, mac, dek === published, dek?.length]).toEqual([published, published, false, 48]);
  });
});

describe('what goes wrong while keys are replaced', () => {
  const from = { name: 'maker/scp03', version: 255 };
  const replacement = { from, to: kdf3, way: 'add', form: 'with-length' } as const;
  const isPutKey = (command: Uint8Array): boolean => command[1] === 0xd8;
  const attempt = async (
    disturb: Disturbance,
    changed: Partial<KeyReplacement> = {},
  ): Promise<{ readonly code: string; readonly marks: readonly string[]; readonly card: ChipInProcess }> => {
    const card = factory('factory', 255, disturb);
    const marks: string[] = [];
    const fault: unknown = await run(renew({ ...replacement, ...changed }, scp03), card, marks).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { code: (fault as { code?: string } | null)?.code ?? 'none', marks: marks.slice(2), card };
  };
  const putKeys = (card: ChipInProcess): number => card.sent.filter((command) => command.startsWith('84d8')).length;

  test.each([
    ['after the chip took the keys', (execute: () => Uint8Array) => void execute(), 'new', [48]],
    ['before it did', () => undefined, 'old', [255]],
  ] as const)(
    'an answer that is lost %s is settled by the key information, and nothing is sent again',
    async (_, before, found, held) => {
      const { code, marks, card } = await attempt((command, execute) => {
        if (!isPutKey(command)) return null;
        before(execute);
        return 'lost';
      });
      expect([code, marks]).toEqual(['ENCODER-DEADLINE', ['card-keys-begun', `card-keys-found-${found}`]]);
      expect(keySetsOf(card)?.map(([one]) => one)).toEqual(held);
      expect(putKeys(card)).toBe(1);
    },
  );

  test('a card that is gone with its answer leaves its keys unknown', async () => {
    let gone = false;
    const { code, marks } = await attempt((command) => {
      gone ||= isPutKey(command);
      return gone ? 'lost' : null;
    });
    expect([code, marks]).toEqual(['ENCODER-DEADLINE', ['card-keys-begun', 'card-keys-found-unknown']]);
  });

  test('each altered byte of the answer, an answer without its MAC, cut or lengthened ends the channel, and is settled', async () => {
    const right = (await attempt(() => null)).card;
    expect(putKeys(right)).toBe(1);
    const changes: readonly ((answer: Uint8Array) => Uint8Array)[] = [
      ...Array.from(
        { length: 24 },
        (_, at) => (answer: Uint8Array) => answer.map((byte, index) => (index === at ? byte ^ 0x40 : byte)),
      ),
      () => fromHex('9000'),
      (answer) => answer.subarray(1),
      (answer) => Uint8Array.from([0, ...answer]),
      (answer) => Uint8Array.from([...answer.subarray(0, 8), ...answer.subarray(16)]),
    ];
    for (const change of changes) {
      const { code, marks, card } = await attempt((command, execute) => (isPutKey(command) ? change(execute()) : null));
      expect([code, marks]).toEqual(['KEYS-CHANNEL-MAC', ['card-keys-begun', 'card-keys-found-new']]);
      expect(putKeys(card)).toBe(1);
    }
  });

  test.each([0x6a80, 0x6a84, 0x6982, 0x6985, 0x6988, 0x9484, 0x6581, 0x6f00])(
    'status %i for PUT KEY is told by name, and the card keeps its keys',
    async (status) => {
      const { code, marks, card } = await attempt((command) =>
        isPutKey(command) ? Uint8Array.of(status >> 8, status & 255) : null,
      );
      expect([code, marks]).toEqual(['CARD-STATUS', ['card-keys-begun', 'card-keys-found-old']]);
      expect(putKeys(card)).toBe(1);
    },
  );

  test('a card that derives other keys than it was given is tried once with the new ones', async () => {
    // The card says another thing of itself from the second channel on, so other keys would open it.
    let openings = 0;
    const { code, marks, card } = await attempt((command, execute) => {
      if (command[1] !== 0x50 || ++openings === 1) return null;
      return execute().map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    });
    expect([code, marks]).toEqual(['KEYS-CARD-CRYPTOGRAM', ['card-keys-begun', 'authentication-begun']]);
    expect(card.sent.filter((command) => command.startsWith('8050'))).toHaveLength(2);
  });

  test('keys of a set other than the published ones stay in the key store, and a missing key costs no card', async () => {
    for (const [to, expected] of [
      [{ name: 'test/aes-16', version }, 'KEYS-REFUSED'],
      [{ name: 'none', version }, 'KEYS-NOT-FOUND'],
      [{ ...kdf3, kmc: 'none' }, 'KEYS-NOT-FOUND'],
      [{ ...kdf3, keyVersion: 255 }, 'KEYS-REFUSED'],
      [{ ...kdf3, kmc: 'kmc-scp02/test' }, 'KEYS-REFUSED'],
    ] as const) {
      const { code, marks, card } = await attempt(() => null, { to });
      expect([code, marks, putKeys(card)]).toEqual([expected, [], 0]);
    }
    // An AES key is not put under a TDES key.
    const card = factory('factory-scp02', 255);
    const under = { ...replacement, from: { name: 'maker/scp02', version: 255 } };
    await expect(run(renew(under, scp02), card)).rejects.toMatchObject({ code: 'KEYS-REFUSED' });
    expect(putKeys(card)).toBe(0);
  });
});
