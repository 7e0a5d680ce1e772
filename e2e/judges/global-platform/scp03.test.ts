import { expect, test } from 'vitest';
import { openScp03 } from './scp03.ts';

const bytes = (digits: string): Buffer => Buffer.from(digits, 'hex');
const hex = (value: Buffer): string => value.toString('hex');

/** A real card, S8 i=70, level 33: osmocom pySim, tests/unittests/test_globalplatform.py, commit 078ac2bf. */
const trace = {
  keys: {
    version: 0x30,
    enc: bytes('000102030405060708090a0b0c0d0e0f'),
    mac: bytes('101112131415161718191a1b1c1d1e1f'),
    dek: bytes('202122232425262728292a2b2c2d2e2f'),
  },
  handshake: {
    hostChallenge: bytes('fdf38259a1e0de44'),
    answer: bytes('000000000000000000003003703b1aca81e821f219081cdc01c26b372d000003'),
  },
  aid: bytes('a0000005591010ffffffff8900000100'),
};

test('the channel of the judge is that of a published trace, and a changed answer does not pass', () => {
  const channel = openScp03(trace.keys, trace.handshake, trace.aid, 0x33);
  expect(hex(channel.externalAuthenticate)).toBe('84823300108c36f96bcc00724a4e13ad591d7da3f0');
  const wrapped = channel.wrap(bytes('80e29100'), bytes('bf3e035c015a'));
  expect(hex(wrapped)).toBe('84e2910018267a85dfe4a98fca6fb0527e0dfecce4914e40401433c87f00');
  const data = bytes('f3ba2b1013aa6224f5e1c138d71805c569e5439b47576260b75fc021b25097cb2e68f8a0144975b9');
  expect(hex(channel.unwrap({ data, status: '9000' }))).toBe('bf3e125a1089882119900000000000000000000005');
  for (const at of data.keys()) {
    const altered = Buffer.from(data);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => channel.unwrap({ data: altered, status: '9000' })).toThrow('R-MAC');
  }
  expect(() => channel.unwrap({ data: Buffer.alloc(0), status: '9000' })).toThrow('bears no R-MAC');
  const wrong = Buffer.from(trace.handshake.answer);
  wrong[28] = (wrong[28] ?? 0) ^ 1;
  expect(() => openScp03(trace.keys, { ...trace.handshake, answer: wrong }, trace.aid, 0x33)).toThrow(
    'card cryptogram',
  );
});
