import { describe, expect, it } from 'vitest';
import { encodeTlv, constructed, primitive } from '../../tlv/ber-tlv.ts';
import type { CertificateLengths } from './certificate-lengths.ts';
import { checkCertificateLengths } from './certificate-lengths.ts';

const product: CertificateLengths = {
  authentication: 'cda',
  caModulus: 248,
  issuerModulus: 176,
  iccModulus: 144,
  pinModulus: 128,
  issuerApplicationData: 32,
  recordLimit: 254,
  responseLimit: 256,
};

function broken(change: Partial<CertificateLengths>) {
  return checkCertificateLengths({ ...product, ...change }).map(({ limit, what, found, allowed }) => [
    limit,
    what,
    found,
    allowed,
  ]);
}

describe('lengths of the keys of a product', () => {
  it('a usual product breaks none', () => {
    expect(broken({})).toEqual([]);
    expect(broken({ authentication: 'sda', caModulus: 248, issuerModulus: 248, pinModulus: 64 })).toEqual([
      ['record', '9F2D', 255, 254],
    ]);
  });

  it('counts an answer to GENERATE AC as it is written', () => {
    const answer = (modulus: number) =>
      encodeTlv(
        constructed(0x77, [
          primitive(0x9f27, new Uint8Array(1)),
          primitive(0x9f36, new Uint8Array(2)),
          primitive(0x9f4b, new Uint8Array(modulus)),
          primitive(0x9f10, new Uint8Array(32)),
        ]),
      ).length;
    const longest = { issuerModulus: 240, caModulus: 248 };
    const allowed = Array.from({ length: 240 - 64 + 1 }, (_, index) => 64 + index).filter(
      (iccModulus) => broken({ ...longest, iccModulus }).length === 0,
    );
    expect(allowed.at(-1)).toBe(205);
    expect(answer(205)).toBe(256);
    expect(broken({ ...longest, iccModulus: 206 })).toEqual([['response', 'answer to GENERATE AC', 257, 256]]);
    expect(broken({ ...longest, iccModulus: 206, authentication: 'dda' })).toEqual([]);
  });

  it('names every limit that is broken, with its clause', () => {
    expect(
      broken({ caModulus: 249, issuerModulus: 250, iccModulus: 251, authentication: 'dda', pinModulus: 63 }),
    ).toEqual([
      ['modulus', 'certification authority modulus', 249, 248],
      ['modulus', 'issuer modulus', 250, 248],
      ['longer-than-signer', 'issuer modulus', 250, 249],
      ['record', '90', 255, 254],
      ['modulus', 'PIN encipherment modulus', 63, 64],
      ['record', '9F2D', 257, 254],
      ['modulus', 'card modulus', 251, 248],
      ['longer-than-signer', 'card modulus', 251, 250],
      ['record', '9F46', 257, 254],
      ['response', 'answer to INTERNAL AUTHENTICATE', 258, 256],
    ]);
    const { iccModulus: _, ...without } = product;
    expect(checkCertificateLengths(without)).toEqual([
      { limit: 'missing', what: 'card modulus', found: 0, allowed: 176, clause: 'EMV 4.4 Book 2 §6.1' },
    ]);
  });
});
