import { describe, expect, test } from 'vitest';
import { chipInProcess, type Disturbance } from './chip-in-process.fixture.ts';

import {
  channelsOf,
  keysOf,
  run,
  scp03,
  scp03Parameters,
  speak,
  tdesKeys,
  version,
  withCardKeys,
} from './card-channels.fixture.ts';

withCardKeys();

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
