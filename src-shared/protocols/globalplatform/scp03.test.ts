import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { decodeCommand, encodeCommand } from '../apdu/command-apdu.ts';
import { decodeResponse } from '../apdu/response-apdu.ts';
import { aesOfTests, opensslCmac } from '../aes-of-tests.fixture.ts';
import { fuzz, shortEffort } from '../fuzz.fixture.ts';
import { padWithBit } from './aes-cmac.ts';
import type { AesKeyLength } from './scp03-derivation.ts';
import { joinDerived, scp03CardChallengeData, scp03DerivationData } from './scp03-derivation.ts';
import type { Scp03InitializeUpdate } from './scp03-initialize-update.ts';
import { initializeUpdate, parseScp03InitializeUpdate, requireScp03CardChallenge } from './scp03-initialize-update.ts';
import type { Scp03Level, Scp03SessionKeys, Scp03State } from './scp03-messaging.ts';
import { scp03DataLimit, unwrapScp03, wrapScp03 } from './scp03-messaging.ts';
import type { Scp03Parameters } from './scp03-session.ts';
import { Scp03Session } from './scp03-session.ts';
import { case1, eid, osmocom, samsung, type Trace } from './scp03-traces.fixture.ts';

const ciphers = aesOfTests;

function opensslCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, direction: '-e' | '-d'): Uint8Array {
  const name = `-aes-${key.length * 8}-cbc`;
  const args = ['enc', direction, name, '-K', toHex(key), '-iv', toHex(iv), '-nopad'];
  return new Uint8Array(execFileSync('openssl', args, { input: data }));
}

function derive(enc: Uint8Array, mac: Uint8Array, host: Uint8Array, card: Uint8Array): Scp03SessionKeys {
  const data = scp03DerivationData(enc.length as AesKeyLength, host, card);
  const key = (master: Uint8Array, blocks: readonly Uint8Array[]): Uint8Array =>
    joinDerived(
      blocks.map((input) => ciphers.aesCmac(master, input)),
      enc.length * 8,
    );
  return { enc: key(enc, data.enc), mac: key(mac, data.mac), rmac: key(mac, data.rmac) };
}

interface Opened {
  readonly keys: Scp03SessionKeys;
  readonly parameters: Scp03Parameters;
}

function open(trace: Trace): Opened {
  const hostChallenge = decodeCommand(fromHex(trace.initializeCommand)).data ?? new Uint8Array();
  const said = parseScp03InitializeUpdate(fromHex(trace.initializeAnswer));
  const keys = derive(fromHex(trace.enc), fromHex(trace.mac), hostChallenge, said.cardChallenge);
  return { keys, parameters: { ...said, hostChallenge } };
}

/** Walks registry entries of the old form (length and AID, state, privileges; modules where given); says where they end. */
function registryLength(data: Uint8Array): number {
  let at = 0;
  while (at < data.length) at += 1 + (data[at] ?? 0) + 2;
  return at;
}

describe('published SCP03 traces', () => {
  it.each([...osmocom, ...samsung])('$name', (trace) => {
    const { keys, parameters } = open(trace);
    const command = initializeUpdate(parameters.keyVersion, parameters.hostChallenge);
    expect(toHex(encodeCommand(command))).toBe(trace.initializeCommand.toLowerCase());

    const session = Scp03Session.fromSessionKeys(keys, parameters, ciphers);
    const authenticate = fromHex(trace.authenticate);
    const level = authenticate[2] as Scp03Level;
    expect(encodeCommand(session.externalAuthenticate(level))).toEqual(authenticate);
    session.acceptAuthentication(decodeResponse(fromHex('9000')));
    expect(session.state).toBe('open');

    let state: Scp03State = { mode: parameters.mode, level, chain: opensslChain(trace, keys, parameters), counter: 0 };
    for (const [plain, wrapped, answer, plainAnswer] of trace.commands) {
      const step = wrapScp03(state, decodeCommand(fromHex(plain)), keys, ciphers);
      state = step.state;
      expect(toHex(encodeCommand(step.command))).toBe(wrapped.toLowerCase());
      if (answer === undefined) continue;
      const opened = unwrapScp03(state, decodeResponse(fromHex(`${answer}9000`)), keys, ciphers);
      if (plainAnswer === undefined) expect(registryLength(opened.data)).toBe(opened.data.length);
      else expect(toHex(opened.data)).toBe(plainAnswer);
    }
  });
});

/** The chaining value after EXTERNAL AUTHENTICATE, recomputed by openssl from the published command. */
function opensslChain(trace: Trace, keys: Scp03SessionKeys, parameters: Scp03Parameters): Uint8Array {
  const size = parameters.mode === 'S8' ? 8 : 16;
  const command = fromHex(trace.authenticate);
  const input = concatBytes(new Uint8Array(16), command.subarray(0, command.length - size));
  return fromHex(opensslCmac(keys.mac, input));
}

describe('CMAC', () => {
  // NIST SP 800-38B Appendix D.1 (AES-128), D.3 (AES-256)
  const message = fromHex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411');
  it.each([
    ['2b7e151628aed2a6abf7158809cf4f3c', 0, 'bb1d6929e95937287fa37d129b756746'],
    ['2b7e151628aed2a6abf7158809cf4f3c', 16, '070a16b46b4d4144f79bdd9dd04a287c'],
    ['2b7e151628aed2a6abf7158809cf4f3c', 40, 'dfa66747de9ae63030ca32611497c827'],
    ['603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 40, 'aaf3d8f1de5640c232f5b169b9c911e6'],
  ])('%s over %i bytes', (key, length, expected) => {
    expect(toHex(ciphers.aesCmac(fromHex(key), message.subarray(0, length)))).toBe(expected);
  });
});

/** Levels that an option gives, as P1 of EXTERNAL AUTHENTICATE. GPC_SPE_014 v1.1.2 §5.1, §7.1.2.3. */
function levelsOf(i: number): readonly Scp03Level[] {
  if ((i & 0x40) !== 0) return [0x01, 0x03, 0x11, 0x13, 0x33];
  return (i & 0x20) !== 0 ? [0x01, 0x03, 0x11, 0x13] : [0x01, 0x03];
}

/** Every option with every key length, each at one of its levels in turn, so that all levels of all options come. */
const combinations = [0x00, 0x10, 0x20, 0x30, 0x60, 0x70].flatMap((option, row) =>
  [0x00, 0x01].flatMap((long) =>
    ([16, 24, 32] as const).map((keyLength, at) => {
      const i = option | long;
      const levels = levelsOf(i);
      const level = levels[(row + at + long * 3) % levels.length] ?? 0x01;
      return [long === 0 ? 'S8' : 'S16', i, keyLength, level] as const;
    }),
  ),
);

/** Plays the card with the openssl command line, whether there is a published trace or not. */
describe.each(combinations)(
  'recomputed by openssl: %s i=%i AES key of %i bytes level %i',
  (mode, i, keyLength, level) => {
    const size = mode === 'S8' ? 8 : 16;
    const bytes = (length: number, from: number): Uint8Array<ArrayBuffer> =>
      Uint8Array.from({ length }, (_, at) => (from + at * 7) & 255);
    const [enc, mac] = [bytes(keyLength, 1), bytes(keyLength, 99)];
    const host = bytes(size, 50);
    const aid = fromHex('a000000151000000');
    const counterBytes = fromHex('000007');
    /** §6.2.2.1: the pseudo-random challenge is derived under the static ENC key. */
    function challenge(): Uint8Array {
      if ((i & 0x10) === 0) return bytes(size, 200);
      const label = fromHex(`${'00'.repeat(11)}02`);
      const input = concatBytes(label, Uint8Array.of(0, 0, size * 8, 1), counterBytes, aid);
      return fromHex(opensslCmac(enc, input)).subarray(0, size);
    }
    const card = challenge();

    function kdf(key: Uint8Array, constant: number, bits: number): Uint8Array {
      const parts: Uint8Array[] = [];
      for (let counter = 1; parts.length * 128 < bits; counter++) {
        const label = fromHex('00'.repeat(11) + constant.toString(16).padStart(2, '0'));
        const fields = Uint8Array.of(0, bits >> 8, bits & 255, counter);
        parts.push(fromHex(opensslCmac(key, concatBytes(label, fields, host, card))));
      }
      return concatBytes(...parts).subarray(0, bits / 8);
    }

    it('derives, authenticates, protects and opens', () => {
      const session = {
        enc: kdf(enc, 4, keyLength * 8),
        mac: kdf(mac, 6, keyLength * 8),
        rmac: kdf(mac, 7, keyLength * 8),
      };
      expect(derive(enc, mac, host, card)).toEqual(session);
      const counter = (i & 0x10) === 0 ? '' : toHex(counterBytes);
      const head = `000102030405060708094203${i.toString(16).padStart(2, '0')}`;
      const answer = fromHex(head + toHex(card) + toHex(kdf(session.mac, 0, size * 8)) + counter);
      const said = parseScp03InitializeUpdate(answer);
      expect(said).toMatchObject({ mode, i, keyVersion: 0x42 });
      if (said.sequenceCounter !== undefined) {
        const derived = challengeAgain(enc, said, aid);
        expect(derived).toEqual(card);
        requireScp03CardChallenge(said, derived);
      }

      const channel = Scp03Session.fromSessionKeys(session, { ...said, hostChallenge: host }, ciphers);
      const authenticate = encodeCommand(channel.externalAuthenticate(level));
      const sent = concatBytes(Uint8Array.of(0x84, 0x82, level, 0, size * 2), kdf(session.mac, 1, size * 8));
      let chain = fromHex(opensslCmac(session.mac, concatBytes(new Uint8Array(16), sent)));
      expect(authenticate).toEqual(concatBytes(sent, chain.subarray(0, size)));
      channel.acceptAuthentication({ data: new Uint8Array(), statusWord: 0x9000 });

      const plain = bytes(20, 3);
      const wrapped = encodeCommand(channel.wrap({ cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data: plain }));
      const block1 = opensslCbc(session.enc, new Uint8Array(16), fromHex(`${'00'.repeat(15)}01`), '-e');
      const body = (level & 2) === 0 ? plain : opensslCbc(session.enc, block1, padWithBit(plain), '-e');
      const maced = concatBytes(Uint8Array.of(0x84, 0xe2, 0, 0, body.length + size), body);
      chain = fromHex(opensslCmac(session.mac, concatBytes(chain, maced)));
      expect(wrapped).toEqual(concatBytes(maced, chain.subarray(0, size)));

      const reply = bytes(5, 77);
      const answerBlock = opensslCbc(session.enc, new Uint8Array(16), fromHex(`80${'00'.repeat(14)}01`), '-e');
      const replyBody = (level & 0x20) === 0 ? reply : opensslCbc(session.enc, answerBlock, padWithBit(reply), '-e');
      const rmac = fromHex(opensslCmac(session.rmac, concatBytes(chain, replyBody, Uint8Array.of(0x90, 0))));
      const data = (level & 0x10) === 0 ? reply : concatBytes(replyBody, rmac.subarray(0, size));
      expect(channel.unwrap({ data, statusWord: 0x9000 })).toEqual({ data: reply, statusWord: 0x9000 });
      expect(channel.state).toBe('open');
    });
  },
);

describe('a channel that sees anything wrong', () => {
  const trace = osmocom[2] as Trace;
  const ready = (): Scp03Session => {
    const { keys, parameters } = open(trace);
    const session = Scp03Session.fromSessionKeys(keys, parameters, ciphers);
    session.externalAuthenticate(0x33);
    session.acceptAuthentication({ data: new Uint8Array(), statusWord: 0x9000 });
    session.wrap(decodeCommand(fromHex(eid)));
    return session;
  };
  const good = fromHex(trace.commands[0]?.[2] ?? '');

  it.each(Array.from(good.keys()))('dies when byte %i of a protected answer is altered', (at) => {
    const data = good.slice();
    data[at] = (data[at] ?? 0) ^ 0x01;
    const session = ready();
    expect(() => session.unwrap({ data, statusWord: 0x9000 })).toThrow(
      expect.objectContaining({ code: 'CARD-SECURE-MESSAGING' }),
    );
    expect(session.state).toBe('dead');
  });

  it.each([
    ['no R-MAC', new Uint8Array(), 0x9000],
    ['a warning without R-MAC', new Uint8Array(), 0x6310],
    ['another status word than the one maced', good, 0x6283],
    ['an error with data', good, 0x6a88],
  ])('refuses %s', (_, data, statusWord) => {
    expect(() => ready().unwrap({ data, statusWord })).toThrow(
      expect.objectContaining({ code: 'CARD-SECURE-MESSAGING' }),
    );
  });

  it('lets a bare error through and stays open', () => {
    const session = ready();
    expect(session.unwrap({ data: new Uint8Array(), statusWord: 0x6a88 }).statusWord).toBe(0x6a88);
    expect(session.state).toBe('open');
  });

  it('refuses a wrong card cryptogram, a second command without an answer, and a level that i does not offer', () => {
    const { keys, parameters } = open(trace);
    const wrong = { ...parameters, cardCryptogram: new Uint8Array(8) };
    expect(() => Scp03Session.fromSessionKeys(keys, wrong, ciphers)).toThrow(
      expect.objectContaining({ code: 'CARD-CRYPTOGRAM' }),
    );
    const session = ready();
    expect(() => session.wrap(decodeCommand(fromHex(case1)))).toThrow(
      expect.objectContaining({ code: 'CARD-CHANNEL' }),
    );
    expect(session.state).toBe('dead');
    const plain = Scp03Session.fromSessionKeys(keys, { ...parameters, i: 0x10 }, ciphers);
    expect(() => plain.externalAuthenticate(0x11)).toThrow(expect.objectContaining({ code: 'CARD-CHANNEL' }));
  });

  it('counts authentication refused by the card as the end', () => {
    const { keys, parameters } = open(trace);
    const session = Scp03Session.fromSessionKeys(keys, parameters, ciphers);
    session.externalAuthenticate(0x01);
    expect(() => session.acceptAuthentication({ data: new Uint8Array(), statusWord: 0x6300 })).toThrow(
      expect.objectContaining({ code: 'CARD-STATUS' }),
    );
    expect(session.state).toBe('dead');
  });
});

it('keeps the channel bits out of the MAC and the data within a short command', () => {
  const { keys, parameters } = open(osmocom[1] as Trace);
  const state: Scp03State = { mode: parameters.mode, level: 0x01, chain: new Uint8Array(16), counter: 0 };
  const on = (cla: number): Uint8Array =>
    encodeCommand(wrapScp03(state, { cla, ins: 0xca, p1: 0, p2: 0x66 }, keys, ciphers).command);
  expect(on(0x82).slice(1)).toEqual(on(0x80).slice(1));
  expect(on(0x82)[0]).toBe(0x86);
  for (const [mode, level, most] of [
    ['S8', 0x01, 247],
    ['S8', 0x33, 239],
    ['S16', 0x11, 239],
    ['S16', 0x03, 223],
  ] as const) {
    expect(scp03DataLimit(mode, level)).toBe(most);
    const full = wrapScp03(
      { ...state, mode, level },
      { cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(most) },
      keys,
      ciphers,
    );
    const over = wrapScp03(
      { ...state, mode, level },
      { cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(most + 1) },
      keys,
      ciphers,
    );
    expect(full.command.data?.length).toBeLessThanOrEqual(255);
    expect(over.command.data?.length).toBeGreaterThan(255);
  }
});

function challengeAgain(enc: Uint8Array, said: Scp03InitializeUpdate, aid: Uint8Array): Uint8Array {
  const counter = said.sequenceCounter ?? new Uint8Array(0);
  const macs = scp03CardChallengeData(said.mode, counter, aid).map((block) => ciphers.aesCmac(enc, block));
  return joinDerived(macs, said.cardChallenge.length * 8);
}

describe('a pseudo-random card challenge', () => {
  // The cards of these traces are eUICCs: their issuer security domain's root has this AID (SGP.02 v4.2 §2.2.3).
  const root = fromHex('a0000005591010ffffffff8900000100');
  it.each(osmocom)('of a published trace follows from counter and application: $name', (trace) => {
    const said = parseScp03InitializeUpdate(fromHex(trace.initializeAnswer));
    const derived = challengeAgain(fromHex(trace.enc), said, root);
    expect(toHex(derived)).toBe(toHex(said.cardChallenge));
    expect(() => requireScp03CardChallenge(said, derived)).not.toThrow();
    for (let at = 0; at < 8; at++) {
      const cardChallenge = said.cardChallenge.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => requireScp03CardChallenge({ cardChallenge }, derived)).toThrow(
        expect.objectContaining({ code: 'CARD-ANSWER' }),
      );
    }
  });
});

it('lays out the input of a pseudo-random card challenge', () => {
  expect(scp03CardChallengeData('S8', fromHex('000002'), fromHex('a000000151000000')).map(toHex)).toEqual([
    '0000000000000000000000020000400' + '1000002a000000151000000',
  ]);
});

it('reads or refuses any answer to INITIALIZE UPDATE', () => {
  const samples = [...osmocom, ...samsung].map(({ initializeAnswer }) => fromHex(initializeAnswer));
  const { read, refused } = fuzz(
    { parse: parseScp03InitializeUpdate, faults: ['CARD-ANSWER'], samples, longest: 60 },
    shortEffort,
  );
  expect(read > 0 && refused > 0).toBe(true);
});

it('opens or refuses any protected answer, and is dead after it refused', () => {
  const trace = osmocom[2] as Trace;
  const { keys, parameters } = open(trace);
  const parse = (bytes: Uint8Array): unknown => {
    const session = Scp03Session.fromSessionKeys(keys, parameters, ciphers);
    session.externalAuthenticate(0x33);
    session.acceptAuthentication({ data: new Uint8Array(), statusWord: 0x9000 });
    session.wrap(decodeCommand(fromHex(eid)));
    const response = decodeResponse(bytes);
    try {
      return session.unwrap(response);
    } catch (fault) {
      expect(session.state).toBe('dead');
      throw fault;
    }
  };
  const samples = [fromHex(`${trace.commands[0]?.[2] ?? ''}9000`), fromHex('6a88')];
  const faults = ['CARD-SECURE-MESSAGING', 'CARD-ANSWER', 'CARD-GONE'];
  const { refused } = fuzz({ parse, faults, samples, longest: 300 }, { inputs: 1500 });
  expect(refused).toBeGreaterThan(0);
});
