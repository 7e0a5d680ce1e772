import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ProductChannel } from '#shared/domain/secure-channel.ts';
import type { BlankKind } from '../../../src-sim/card/new-chip.ts';
import { tdesKeysUnder } from '../../keys/conformance-tdes-card.ts';
import { chipInProcess, type ChipInProcess, type Disturbance } from './chip-in-process.fixture.ts';
import { openChannel } from './personalise/open-channel.ts';
import { askSecurely } from './personalise/secure-exchange.ts';
import { selectCardManager } from './plain-exchange.ts';
import { replaceCardKeys, type KeyReplacement } from './replace-card-keys.ts';

import {
  published,
  publishedKeys,
  run,
  scp02,
  scp03,
  speak,
  tdesKeys,
  version,
  withCardKeys,
} from './card-channels.fixture.ts';

withCardKeys();

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
