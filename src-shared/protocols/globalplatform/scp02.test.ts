import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { decodeCommand, encodeCommand } from '../apdu/command-apdu.ts';
import { fuzz, shortEffort } from '../fuzz.fixture.ts';
import { opensslDesCbc, opensslTdesCbc, tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { scp02Constant, scp02DerivationData } from './scp02-derivation.ts';
import { parseScp02InitializeUpdate } from './scp02-initialize-update.ts';
import type { Scp02Level, Scp02SessionKeys } from './scp02-messaging.ts';
import { scp02DataLimit } from './scp02-messaging.ts';
import type { Scp02Parameters } from './scp02-session.ts';
import { Scp02Session } from './scp02-session.ts';

const zero = new Uint8Array(8);
const ok = { data: new Uint8Array(0), statusWord: 0x9000 };
const visaKey = '404142434445464748494a4b4c4d4e4f';
const issuerDomain = 'a000000003000000';

function derive(enc: Uint8Array, mac: Uint8Array, counter: Uint8Array): Scp02SessionKeys {
  const one = (key: Uint8Array, constant: Parameters<typeof scp02DerivationData>[0]): Uint8Array =>
    tdesOfTests.tdesCbcEncrypt(key, zero, scp02DerivationData(constant, counter));
  return { enc: one(enc, scp02Constant.enc), mac: one(mac, scp02Constant.mac), rmac: one(mac, scp02Constant.rmac) };
}

interface Trace {
  readonly name: string;
  readonly enc: string;
  readonly mac: string;
  readonly i: number;
  readonly hostChallenge: string;
  readonly answer: string;
  readonly authenticate: string;
  readonly commands: readonly (readonly [plain: string, wrapped: string])[];
}

/** osmocom pySim, tests/unittests/test_globalplatform.py, SCP02_Test; Karsten Ohme's globalplatform, src/scp02Test.c (keys 40..4F). */
const traces: readonly Trace[] = [
  {
    name: 'i=15 level 01, pySim',
    enc: '100102030405060708090a0b0c0d0e0f',
    mac: '101102030405060708090a0b0c0d0e0f',
    i: 0x15,
    hostChallenge: '40A62C37FA6304F8',
    answer: '00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3',
    authenticate: '8482010010BA6961667737C5BCEBECE14C7D6A4376',
    commands: [
      ['80F22002', '84F220020814DB34FA4341DCA8'],
      ['80CA006600', '84CA00660855ED7C5FF069512B00'],
      ['80F220020A4F0212345C054F9F70C5', '84F22002124F0212345C054F9F70C58FC1B380C4228AF8'],
      ['80F28002024F0000', '84F280020A4F003B95F09317DE6A4E00'],
    ],
  },
  {
    name: 'i=15 level 01, globalplatform',
    enc: visaKey,
    mac: visaKey,
    i: 0x15,
    hostChallenge: 'D5AD539A60CA5E72',
    answer: '000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E',
    authenticate: '84820100107C799B3C771DBAE6BEF49310977617BA',
    commands: [['80F22002024F0000', '84F220020A4F00BB6E71C0EFCFCF0D00']],
  },
  {
    name: 'i=15 level 03, globalplatform',
    enc: visaKey,
    mac: visaKey,
    i: 0x15,
    hostChallenge: 'EBAA9E53C696281B',
    answer: '000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE',
    authenticate: '848203001005814C116071EB67D8BA9D9879454564',
    commands: [
      ['80E400800A4F08D0D1D2D3D4D5010100', '84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800'],
      ['80E40080094F07D0D1D2D3D4D50100', '84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700'],
    ],
  },
];

function open(trace: Pick<Trace, 'enc' | 'mac' | 'i' | 'hostChallenge' | 'answer'>): {
  readonly keys: Scp02SessionKeys;
  readonly parameters: Scp02Parameters;
} {
  const said = parseScp02InitializeUpdate(fromHex(trace.answer));
  const keys = derive(fromHex(trace.enc), fromHex(trace.mac), said.sequenceCounter);
  const hostChallenge = fromHex(trace.hostChallenge);
  return { keys, parameters: { ...said, i: trace.i, hostChallenge, application: fromHex(issuerDomain) } };
}

describe('published SCP02 traces', () => {
  it.each(traces)('$name', (trace) => {
    const { keys, parameters } = open(trace);
    const session = Scp02Session.fromSessionKeys(keys, parameters, tdesOfTests);
    const level = Number.parseInt(trace.authenticate.slice(4, 6), 16) as Scp02Level;
    expect(toHex(encodeCommand(session.externalAuthenticate(level)))).toBe(trace.authenticate.toLowerCase());
    session.acceptAuthentication(ok);
    for (const [plain, wrapped] of trace.commands) {
      expect(toHex(encodeCommand(session.wrap(decodeCommand(fromHex(plain)))))).toBe(wrapped.toLowerCase());
      expect(session.unwrap(ok)).toEqual(ok);
    }
  });

  // blog.csdn.net/supergame111/article/details/10533779: a card of i=55 with the keys 40..4F and the domain A000000003000000.
  it('the card challenge of i=55 follows from counter and domain, and another domain is refused', () => {
    const trace = {
      enc: visaKey,
      mac: visaKey,
      i: 0x55,
      hostChallenge: '0102030405060708',
      answer: '00007295713236006868FF0200088B320EC60E9BF5A6DBF1B3FEB875',
    };
    const { keys, parameters } = open(trace);
    expect(Scp02Session.fromSessionKeys(keys, parameters, tdesOfTests).state).toBe('card-proven');
    const elsewhere = { ...parameters, application: fromHex('a000000151000000') };
    expect(() => Scp02Session.fromSessionKeys(keys, elsewhere, tdesOfTests)).toThrow(
      expect.objectContaining({ code: 'CARD-ANSWER' }),
    );
  });
});

/** The card by the openssl command line, for combinations without a published trace. GPC_SPE_034 v2.3.1 Annex E. */
const padded = (data: Uint8Array): Uint8Array =>
  concatBytes(data, Uint8Array.of(0x80), new Uint8Array(7 - (data.length % 8)));

function retailMac(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const blocks = padded(data);
  const chained = blocks.length > 8 ? opensslDesCbc(key.subarray(0, 8), iv, blocks.subarray(0, -8)).slice(-8) : iv;
  return opensslTdesCbc(key, chained, blocks.subarray(-8));
}

const cryptogramOf = (enc: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array =>
  opensslTdesCbc(enc, zero, padded(concatBytes(...parts))).slice(-8);

describe.each([
  [0x05, 0x01],
  [0x05, 0x03],
  [0x07, 0x03],
  [0x15, 0x01],
  [0x15, 0x03],
  [0x17, 0x03],
  [0x25, 0x11],
  [0x27, 0x13],
  [0x35, 0x11],
  [0x35, 0x13],
  [0x55, 0x01],
  [0x55, 0x03],
  [0x75, 0x11],
  [0x75, 0x13],
  [0x77, 0x13],
] as const)('recomputed by openssl: SCP02 i=%i level %i', (i, level) => {
  const bytes = (length: number, from: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length }, (_, at) => (from + at * 11) & 255);
  const [enc, mac, host, counter] = [bytes(16, 1), bytes(16, 99), bytes(8, 50), fromHex('012c')];
  const aid = fromHex('a000000151000000');

  it('derives, authenticates, protects and opens', () => {
    const derived = (key: Uint8Array, constant: string): Uint8Array =>
      opensslTdesCbc(key, zero, concatBytes(fromHex(constant), counter, new Uint8Array(12)));
    const keys = { enc: derived(enc, '0182'), mac: derived(mac, '0101'), rmac: derived(mac, '0102') };
    expect(derive(enc, mac, counter)).toEqual(keys);
    const challenge = (i & 0x40) === 0 ? bytes(6, 200) : retailMac(keys.mac, zero, aid).slice(0, 6);
    const card = concatBytes(counter, challenge);
    const answer = concatBytes(bytes(10, 7), fromHex('4202'), card, cryptogramOf(keys.enc, host, card));
    const said = parseScp02InitializeUpdate(answer);
    const session = Scp02Session.fromSessionKeys(
      keys,
      { ...said, i, hostChallenge: host, application: aid },
      tdesOfTests,
    );

    const sent = concatBytes(Uint8Array.of(0x84, 0x82, level, 0, 16), cryptogramOf(keys.enc, card, host));
    let chain = retailMac(keys.mac, zero, sent);
    let answerChain = chain;
    expect(encodeCommand(session.externalAuthenticate(level))).toEqual(concatBytes(sent, chain));
    session.acceptAuthentication(ok);

    for (const [length, replyLength, statusWord] of [
      [20, 5, 0x9000],
      [0, 0, 0x6310],
      [8, 16, 0x6a80],
      [scp02DataLimit(level), 9, 0x9000],
    ] as const) {
      const plain = bytes(length, 3);
      const command = { cla: 0x80, ins: 0xe2, p1: 1, p2: 2, data: plain };
      const wrapped = encodeCommand(session.wrap(command));
      const iv = (i & 0x10) === 0 ? chain : opensslDesCbc(keys.mac.subarray(0, 8), zero, chain);
      const maced =
        (i & 0x02) === 0 ? Uint8Array.of(0x84, 0xe2, 1, 2, length + 8) : Uint8Array.of(0x80, 0xe2, 1, 2, length);
      chain = retailMac(keys.mac, iv, concatBytes(maced, plain));
      const body = (level & 2) === 0 || length === 0 ? plain : opensslTdesCbc(keys.enc, zero, padded(plain));
      expect(wrapped).toEqual(concatBytes(Uint8Array.of(0x84, 0xe2, 1, 2, body.length + 8), body, chain));

      const reply = bytes(replyLength, 77);
      const status = Uint8Array.of(statusWord >> 8, statusWord & 255);
      const counted = concatBytes(Uint8Array.of(0x80, 0xe2, 1, 2, length), plain, Uint8Array.of(replyLength), reply);
      if ((level & 0x10) !== 0) answerChain = retailMac(keys.rmac, answerChain, concatBytes(counted, status));
      const data = (level & 0x10) === 0 ? reply : concatBytes(reply, answerChain);
      expect(session.unwrap({ data, statusWord })).toEqual({ data: reply, statusWord });
    }
    expect(session.state).toBe('open');
  });
});

describe('a channel that sees anything wrong', () => {
  const trace = traces[1] as Trace;
  const { keys, parameters } = open(trace);
  const plain = decodeCommand(fromHex('80ca006600'));
  const opened = (level: Scp02Level = 0x11): Scp02Session => {
    const session = Scp02Session.fromSessionKeys(keys, { ...parameters, i: 0x35 }, tdesOfTests);
    session.externalAuthenticate(level);
    session.acceptAuthentication(ok);
    session.wrap(plain);
    return session;
  };
  const dies = (session: Scp02Session, data: Uint8Array, statusWord: number, code: string): void => {
    expect(() => session.unwrap({ data, statusWord })).toThrow(expect.objectContaining({ code }));
    expect(session.state).toBe('dead');
    expect(() => session.wrap(plain)).toThrow(expect.objectContaining({ code: 'CARD-CHANNEL' }));
  };

  it('dies of each altered byte of an answer, and of every status word whose MAC is missing', () => {
    const sent = fromHex(trace.authenticate);
    const first = retailMac(keys.mac, zero, concatBytes(fromHex('8482110010'), sent.subarray(5, 13)));
    const status = fromHex('9000');
    const good = concatBytes(
      fromHex('c0ffee'),
      retailMac(keys.rmac, first, concatBytes(fromHex('80ca00660003c0ffee'), status)),
    );
    expect(opened().unwrap({ data: good, statusWord: 0x9000 })).toEqual({
      data: fromHex('c0ffee'),
      statusWord: 0x9000,
    });
    for (let at = 0; at < good.length; at++) {
      const data = good.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
      dies(opened(), data, 0x9000, 'CARD-SECURE-MESSAGING');
    }
    for (const statusWord of [0x9000, 0x6310, 0x6200, 0x6982, 0x6988, 0x6a88, 0x6f00]) {
      dies(opened(), new Uint8Array(0), statusWord, 'CARD-SECURE-MESSAGING');
      if (statusWord !== 0x9000) dies(opened(), good, statusWord, 'CARD-SECURE-MESSAGING');
    }
    dies(opened(), good.subarray(1), 0x9000, 'CARD-SECURE-MESSAGING');
    dies(opened(), concatBytes(good, fromHex('00')), 0x9000, 'CARD-SECURE-MESSAGING');
  });

  it('refuses a wrong card cryptogram, each byte of it, before anything else', () => {
    for (let at = 0; at < 8; at++) {
      const cardCryptogram = parameters.cardCryptogram.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => Scp02Session.fromSessionKeys(keys, { ...parameters, i: 0x55, cardCryptogram }, tdesOfTests)).toThrow(
        expect.objectContaining({ code: 'CARD-CRYPTOGRAM' }),
      );
    }
  });

  it('refuses options that are not offered and levels that the option does not give', () => {
    for (const i of [0x00, 0x04, 0x14, 0x0b, 0x1a, 0x1b, 0x1d, 0x95, 0x11]) {
      expect(() => Scp02Session.fromSessionKeys(keys, { ...parameters, i }, tdesOfTests)).toThrow(
        expect.objectContaining({ code: 'CARD-CHANNEL' }),
      );
    }
    const session = Scp02Session.fromSessionKeys(keys, parameters, tdesOfTests);
    expect(() => session.externalAuthenticate(0x11)).toThrow(expect.objectContaining({ code: 'CARD-CHANNEL' }));
    expect(session.state).toBe('dead');
  });

  it('refuses a command that is too long, a channel over 3, and a second command without an answer', () => {
    const ready = (): Scp02Session => {
      const session = opened(0x01);
      session.unwrap(ok);
      return session;
    };
    const refused = expect.objectContaining({ code: 'CARD-CHANNEL' }) as Error;
    const long = { ...plain, data: new Uint8Array(scp02DataLimit(0x01) + 1) };
    expect(() => ready().wrap(long)).toThrow(refused);
    expect(() => ready().wrap({ ...plain, le: 65_536 })).toThrow(refused);
    expect(() => ready().wrap({ ...plain, cla: 0xc0 })).toThrow(refused);
    expect(() => opened(0x01).wrap(plain)).toThrow(refused);
    expect(() => ready().unwrap(ok)).toThrow(refused);
  });
});

it('keeps the channel bits out of the MAC and the data within a short command', () => {
  const { keys, parameters } = open(traces[0] as Trace);
  const on = (cla: number): Uint8Array => {
    const session = Scp02Session.fromSessionKeys(keys, parameters, tdesOfTests);
    session.externalAuthenticate(0x01);
    session.acceptAuthentication(ok);
    return encodeCommand(session.wrap({ cla, ins: 0xca, p1: 0, p2: 0x66 }));
  };
  expect(on(0x82).slice(1)).toEqual(on(0x80).slice(1));
  expect(on(0x82)[0]).toBe(0x86);
  expect([scp02DataLimit(0x01), scp02DataLimit(0x11), scp02DataLimit(0x03), scp02DataLimit(0x13)]).toEqual([
    247, 247, 239, 239,
  ]);
});

it('reads or refuses any answer to INITIALIZE UPDATE', () => {
  const samples = traces.map(({ answer }) => fromHex(answer));
  const { read, refused } = fuzz(
    { parse: parseScp02InitializeUpdate, faults: ['CARD-ANSWER'], samples, longest: 40 },
    shortEffort,
  );
  expect(read > 0 && refused > 0).toBe(true);
});
