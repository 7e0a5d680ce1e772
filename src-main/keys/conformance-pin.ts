import { createCipheriv, createDecipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import { bringKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { setOddParity } from './hsm-worker/tdes-parity.ts';
import type { KeyPort } from './port.ts';
import type { BoundPin, PinAct, PinTranslationRequest } from './port/value-requests.ts';

const { signal } = new AbortController();
const pan = '1122334455667788';
const zoneKey = fromHex('89e989f7931545f334bc7546fd3e380d');
const otherKey = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
const pinActs: readonly PinAct[] = ['pinVerificationValue', 'pinOffset', 'translatePinBlock'];

/** One block, straight from OpenSSL. */
function block(name: 'des-ede' | 'aes-128-ecb', key: Uint8Array, data: Uint8Array, decrypt = false): Uint8Array {
  const cipher = decrypt ? createDecipheriv(name, key, null) : createCipheriv(name, key, null);
  return new Uint8Array(cipher.setAutoPadding(false).update(data));
}

/** A block of format 0, written apart from the codecs: PIN field and card number field added. ISO 9564-1:2017 §9.3.2. */
function format0(key: Uint8Array, pin: string, card: string): Uint8Array {
  const field = fromHex(`0${pin.length.toString(16)}${pin}`.padEnd(16, 'f'));
  const number = fromHex(`0000${card.slice(-13, -1)}`);
  return block(
    'des-ede',
    key,
    field.map((byte, at) => byte ^ (number[at] ?? 0)),
  );
}

/** The PIN field of a block of format 4, opened apart from the codecs. ISO 9564-1:2017 §9.4.2. */
function openFormat4(key: Uint8Array, enciphered: Uint8Array, card: string): string {
  const number = fromHex(`${card.length - 12}${card}`.padEnd(32, '0'));
  const sum = block('aes-128-ecb', key, enciphered, true).map((byte, at) => byte ^ (number[at] ?? 0));
  return toHex(block('aes-128-ecb', key, sum, true)).slice(0, 16);
}

/** Acts on PINs; the store is prepared as a test station already. */
export function describePins(keysOf: () => KeyPort): void {
  const names = {
    zone: 'zone-pin-key/pin',
    aes: 'zone-pin-key/pin/aes',
    pvk: 'pvk/pin',
    foreign: 'zone-pin-key/pin/east',
  };
  const pinUnderZone = (pin: string, card = pan): BoundPin => ({
    zonePinKey: names.zone,
    format: 0,
    pan: card,
    block: format0(zoneKey, pin, card),
  });
  const offered = async (): Promise<boolean> => (await keysOf().describe(signal)).notOffered.length === 0;
  const verification = (pin: BoundPin) => ({ pvk: names.pvk, keyIndex: '3', pin });
  const offset = (pin: BoundPin) => ({
    pvk: names.pvk,
    decimalisationTable: '1234567890123456',
    validation: { start: 0, length: 16, pad: 'F' },
    pin,
  });
  const translation = (to: Partial<PinTranslationRequest['to']> = {}): PinTranslationRequest => ({
    from: pinUnderZone('4524'),
    to: { zonePinKey: names.aes, format: 4, pan, ...to },
    purpose: 'transport',
  });

  test('a plain PKCS#11 module offers no act on a PIN and says so; test keys of node:crypto do', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('zone-pin-key', 'TDES-2', names.zone), zoneKey);
    await bringKey(keys, requested('zone-pin-key', 'AES-128', names.aes), otherKey);
    await bringKey(keys, requested('pvk', 'TDES-2', names.pvk), fromHex('0123456789abcdeffedcba9876543210'));
    const { provider, notOffered } = await keys.describe(signal);
    expect(notOffered).toEqual(provider === 'pkcs11' ? pinActs : []);
    if (provider !== 'pkcs11') return;
    const refused = fault('KEYS-NOT-OFFERED');
    await expect(keys.pinVerificationValue(verification(pinUnderZone('4524')), signal)).rejects.toEqual(refused);
    await expect(keys.pinOffset(offset(pinUnderZone('4524')), signal)).rejects.toEqual(refused);
    await expect(keys.translatePinBlock(translation(), signal)).rejects.toEqual(refused);
  });

  // Vectors: github.com/knovichikhin/psec, psec/pin.py, example of generate_visa_pvv; tests/test_pin.py, test_generate_ibm3624_offset.
  test('verification value and offset are the published ones where they are offered', async ({ skip }) => {
    if (!(await offered())) skip('not offered by this store');
    const keys = keysOf();
    expect(await keys.pinVerificationValue(verification(pinUnderZone('4524')), signal)).toBe('4021');
    const offsets = [];
    for (const pin of ['4524', '5635', '0000', '1234'])
      offsets.push(await keys.pinOffset(offset(pinUnderZone(pin)), signal));
    expect(offsets).toEqual(['0000', '1111', '6586', '7710']);
    const weak = { ...offset(pinUnderZone('4524')), decimalisationTable: '0000000100000000' };
    await expect(keys.pinOffset(weak, signal)).rejects.toEqual(fault('EMV-VALUE-FORM'));
  });

  test('a block goes to another key, format and card number as PCI PIN permits it', async ({ skip }) => {
    if (!(await offered())) skip('not offered by this store');
    const keys = keysOf();
    const moved = await keys.translatePinBlock(translation(), signal);
    expect(openFormat4(otherKey, moved, pan)).toBe('444524aaaaaaaaaa');
    const again = await keys.translatePinBlock(translation(), signal);
    expect(toHex(again)).not.toBe(toHex(moved));
    const from = { zonePinKey: names.aes, format: 4, pan, block: moved } as const;
    const newCard = '4532000000000018';
    const issued = { zonePinKey: names.zone, format: 0, pan: newCard } as const;
    expect(await keys.translatePinBlock({ from, to: issued, purpose: 'card-issuance' }, signal)).toEqual(
      format0(zoneKey, '4524', newCard),
    );
    await expect(keys.translatePinBlock({ from, to: issued, purpose: 'transport' }, signal)).rejects.toEqual(
      fault('PIN-BLOCK-TRANSLATION', { from: 4, to: 0 }),
    );
    const bare = {
      zonePinKey: names.zone,
      format: 1,
      block: block('des-ede', zoneKey, fromHex('1445246abcfde10b')),
    } as const;
    expect(await keys.translatePinBlock({ from: bare, to: { ...issued, pan }, purpose: 'transport' }, signal)).toEqual(
      format0(zoneKey, '4524', pan),
    );
  });

  test('a block that does not open is answered in one way, whatever is wrong with it', async ({ skip }) => {
    if (!(await offered())) skip('not offered by this store');
    const keys = keysOf();
    const good = pinUnderZone('4524');
    const clear = (text: string): BoundPin => ({ ...good, block: block('des-ede', zoneKey, fromHex(text)) });
    const wrong = [
      { ...good, pan: '1122334455667796'.replace('44', '45') },
      { ...good, block: good.block.map((byte) => byte ^ 1) },
      { ...good, block: good.block.subarray(1) },
      clear('0f4524ffffffffff'),
      clear('144524ffffffffff'),
    ];
    const reason = 'it does not open with this key and card number';
    const refused = fault('PIN-BLOCK-FORM', { format: 0, reason });
    for (const pin of wrong) {
      await expect(keys.pinVerificationValue(verification(pin), signal)).rejects.toEqual(refused);
      await expect(keys.pinOffset(offset(pin), signal)).rejects.toEqual(refused);
      await expect(
        keys.translatePinBlock({ ...translation(), from: pin, purpose: 'card-issuance' }, signal),
      ).rejects.toEqual(refused);
    }
  });

  test('keys of another purpose, cipher or issuer open nothing', async ({ skip }) => {
    if (!(await offered())) skip('not offered by this store');
    const keys = keysOf();
    const good = pinUnderZone('4524');
    const foreign = { ...requested('zone-pin-key', 'TDES-2', names.foreign), issuer: issuerId.parse('eastbank') };
    await bringKey(keys, foreign, zoneKey);
    const refused = fault('KEYS-REFUSED');
    for (const pin of [
      { ...good, zonePinKey: names.pvk },
      { ...good, zonePinKey: names.aes },
      { ...good, zonePinKey: names.foreign },
    ]) {
      await expect(keys.pinVerificationValue(verification(pin), signal)).rejects.toEqual(refused);
    }
    await expect(keys.pinOffset({ ...offset(good), pvk: names.zone }, signal)).rejects.toEqual(refused);
    const toForeign = translation({ zonePinKey: names.foreign, format: 0 });
    await expect(keys.translatePinBlock(toForeign, signal)).rejects.toEqual(refused);
    await expect(keys.translatePinBlock(translation({ zonePinKey: names.zone }), signal)).rejects.toEqual(refused);
    const unknown = { ...good, zonePinKey: 'none' };
    await expect(keys.pinVerificationValue(verification(unknown), signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
  });

  // Vector: github.com/knovichikhin/pyemv, pyemv/cvv.py, example of generate_cvc3.
  test('the dynamic CVC3 is the published one', async () => {
    const keys = keysOf();
    const master = fromHex('01234567899876543210012345678998');
    setOddParity(master);
    await bringKey(keys, requested('imk-cvc3', 'TDES-2', 'imk-cvc3/pin'), master);
    const request = {
      imkCvc3: 'imk-cvc3/pin',
      pan: '5123456789012345',
      panSequence: '00',
      option: 'A',
      staticTrack: fromHex('5123456789012345D35121010000000000000F'),
      atc: fromHex('005E'),
      unpredictableNumber: fromHex('00000899'),
    } as const;
    expect(await keys.dynamicCvc3(request, signal)).toBe('29488');
    const short = { ...request, atc: concatBytes(request.atc, request.atc) };
    await expect(keys.dynamicCvc3(short, signal)).rejects.toEqual(fault('EMV-VALUE-FORM'));
    await expect(keys.dynamicCvc3({ ...request, imkCvc3: names.pvk }, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
  });
}
