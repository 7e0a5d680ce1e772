import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { certifiedModulus, publicKeyPem } from './hand-written-certificates.ts';
import { macOfBlocks, padded8, recovered, sessionKey, sha1, tlv, valueOf } from './hand-written-issuer.ts';
import { cdol1, cdol2, makeCardKeys, masterKeys, PaymentTerminal, terminalValues, valuesFor } from './payment-card.ts';
import type { CardKeys } from './payment-card.ts';

let keys: CardKeys;
beforeAll(() => {
  keys = makeCardKeys();
});

/** Reads the records and recovers the card's key from the certificates, from the scheme's key on, as a terminal does. */
function cardKeyOf(terminal: PaymentTerminal): string {
  const [third, fourth] = [terminal.send('00B2030C00'), terminal.send('00B2040C00')];
  const read = (record: string, tag: string): string => valueOf(record, tag) ?? '';
  const exponent = read(third, '9F32');
  const issuer = certifiedModulus(keys.scheme, {
    certificate: read(third, '90'),
    remainder: read(third, '92'),
    exponent,
  });
  const card = certifiedModulus(
    { modulus: issuer, exponent },
    { certificate: read(fourth, '9F46'), remainder: read(fourth, '9F48'), exponent: read(fourth, '9F47') },
  );
  return publicKeyPem(card, read(fourth, '9F47'));
}

/** What a signature signs, by the openssl command line and by node:crypto alike. */
function signedBlock(terminal: PaymentTerminal, signature: string): string {
  const pem = cardKeyOf(terminal);
  const block = recovered(pem, signature);
  const own = publicEncrypt(
    { key: createPublicKey(pem), padding: constants.RSA_NO_PADDING },
    Buffer.from(signature, 'hex'),
  );
  expect(own.toString('hex').toUpperCase()).toBe(block);
  return block;
}

test('DDA: a fresh dynamic number of the card and the terminal data are signed by the key that its certificates certify', () => {
  const terminal = PaymentTerminal.of({ keys });
  const numbers = [1, 2].map(() => {
    terminal.begin();
    const answer = terminal.send('00880000041122334400');
    const signature = valueOf(answer, '9F4B') ?? '';
    expect(answer).toBe(`${tlv('77', tlv('9F4B', signature))}9000`);
    const block = signedBlock(terminal, signature);
    const number = block.slice(10, 26);
    const body = `05010908${number}${'BB'.repeat(144 - 9 - 25)}`;
    expect(block).toBe(`6A${body}${sha1(`${body}11223344`)}BC`);
    return number;
  });
  expect(numbers[0]).not.toBe(numbers[1]);
  expect(valueOf(terminal.first('80'), '9F10')?.slice(6, 8)).toBe('A4');
});

test('DDA in format 1, out of order, with other lengths and without a key', () => {
  const terminal = PaymentTerminal.of({ keys, groupings: { '9104': '8006790008010400' } });
  const dda = (data = '11223344'): string =>
    terminal.send(`00880000${(data.length / 2).toString(16).padStart(2, '0')}${data}00`);
  terminal.select();
  expect(dda()).toBe('6985');
  terminal.begin();
  expect([dda('1122'), terminal.send('008800000411223344'), terminal.send('00880100041122334400')]).toEqual([
    '6700',
    '6700',
    '6A86',
  ]);
  expect(dda()).toMatch(/^808190[0-9A-F]{288}9000$/);
  terminal.first('80');
  expect(dda()).toBe('6985');
  const bare = PaymentTerminal.of();
  bare.begin();
  expect(bare.send('00880000041122334400')).toBe('6985');
});

/** Checks an answer with a signature; returns the cryptogram out of it. EMV Book 2 v4.4 §6.6.2. */
function combined(terminal: PaymentTerminal, answer: string, sent: string): string {
  const [cid = '', counter = '', signature = '', issuerData = ''] = ['9F27', '9F36', '9F4B', '9F10'].map((tag) =>
    valueOf(answer, tag),
  );
  const [head, tail] = [tlv('9F27', cid) + tlv('9F36', counter), tlv('9F10', issuerData)];
  expect(answer).toBe(`${tlv('77', head + tlv('9F4B', signature) + tail)}9000`);
  const block = signedBlock(terminal, signature);
  const cryptogram = block.slice(28, 44);
  const body = `05012608${block.slice(10, 26)}${cid}${cryptogram}${sha1(sent + head + tail)}${'BB'.repeat(144 - 38 - 25)}`;
  expect(block).toBe(`6A${body}${sha1(body + (terminalValues['9F37'] ?? ''))}BC`);
  return cryptogram;
}

test('CDA: both cryptograms are signed with everything that was exchanged before them', () => {
  const terminal = PaymentTerminal.of({ keys });
  const options = 'AABBCCDD';
  terminal.begin(options);
  const first = terminal.first('90');
  const request = combined(terminal, first, options + valuesFor(cdol1));
  const sent = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37'].map((tag) => terminalValues[tag]).join('');
  const key = sessionKey(masterKeys.cryptogram, '0001000000000000');
  expect(request).toBe(macOfBlocks(key, padded8(`${sent}79000001${valueOf(first, '9F10') ?? ''}`)));
  expect(valueOf(first, '9F10')?.slice(6, 8)).toBe('A8');
  const other = { '8A': '5933' };
  const second = terminal.second('50', other);
  combined(terminal, second, options + valuesFor(cdol1) + valuesFor(cdol2, other));
  expect([valueOf(second, '9F27'), valueOf(second, '9F10')?.slice(6, 8)]).toEqual(['40', '6A']);
});

test('an AAC is never signed, format 1 gives way to a signature, and a list without unpredictable number is refused', () => {
  const terminal = PaymentTerminal.of({ keys, groupings: { '9104': '8006790008010400' } });
  terminal.begin();
  expect(terminal.first('10')).toMatch(/^802B00/);
  terminal.begin();
  combined(terminal, terminal.first('50'), `11223344${valuesFor(cdol1)}`);
  const lists = tlv('70', tlv('8C', '9F0206') + tlv('8D', '8A02'));
  const without = PaymentTerminal.of({ keys, groupings: { '0102': lists } });
  without.begin();
  expect([without.generate('90', '000000000100'), without.generate('80', '000000000100').slice(-4)]).toEqual([
    '6985',
    '9000',
  ]);
});
