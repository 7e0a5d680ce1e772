import { generateKeyPairSync, privateDecrypt, constants, type KeyObject } from 'node:crypto';
import { fromHex } from '#shared/bytes/bytes.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { authorityCheckSum } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { signIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import type { RsaSigner } from '#shared/protocols/rsa-ciphers.ts';
import type { AppletPackages } from '../applets/port.ts';
import type { UsableKeys } from '../keys/port/usable-keys.ts';
import type { IssuerCertificate } from '../keys/issuer-certificates.ts';
import type { KeyPort } from '../keys/port.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import type { IssuerMeans } from './station/issuer-means.ts';

const { signal } = new AbortController();
const northbank = issuerId.parse('northbank');

/** A registry in which these keys serve, and no others. */
export function usableOf(names: ReadonlyMap<KeyUsage, string>): UsableKeys {
  return {
    requireUsable: (usage, issuer) => {
      const found = issuer === northbank ? names.get(usage) : undefined;
      if (found === undefined) throw new StationFault('KEYS-MISSING', { usage, issuer });
      return found;
    },
    requireKey: (name, { usage }) => {
      if (names.get(usage) !== name) throw new StationFault('KEYS-NOT-FOUND', { name });
      return name;
    },
  };
}

/** A station without any issuer key: enough for products of ready containers. */
export const noIssuerMeans: IssuerMeans = {
  usable: usableOf(new Map()),
  certificates: { newest: () => null },
  iccKeys: { take: () => Promise.reject(new Error('these cards have no key pair')) },
  now: () => new Date(),
};

/** A test authority of the tests' own, as the training CMS has one: RSA 1984. */
function openAuthority(): RsaSigner & { readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1984, publicExponent: 3 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return {
    privateKey,
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
    signRaw: (block) => new Uint8Array(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block)),
  };
}

const authorityExpiry = { year: 2049, month: 12 } as const;

/** What a certificate of the issuer's key says beside the key. */
interface CertifiedBy {
  readonly issuerIdentifier: string;
  readonly serial: string;
}

/** An issuer's means, with the certificate in use and others that its authority would give. */
interface IssuerMeansOfTests extends IssuerMeans {
  readonly certificate: IssuerCertificate;
  certified(by: Partial<CertifiedBy>): Promise<IssuerCertificate>;
}

/** Makes an issuer's keys inside a key port and has its key pair certified: all that the station prepares cards with. */
export async function openIssuerMeans(keys: KeyPort): Promise<IssuerMeansOfTests> {
  const about = { issuer: northbank, environment: 'test', version: 1 } as const;
  const made = new Map<KeyUsage, string>();
  for (const usage of ['imk-ac', 'imk-smi', 'imk-smc', 'cvk'] as const) {
    const { name } = await keys.generateKey(
      { ...about, name: `${usage}/northbank/1`, usage, algorithm: 'TDES-2' },
      signal,
    );
    made.set(usage, name);
  }
  const keyName = 'issuer-rsa/northbank/1';
  made.set('issuer-rsa', keyName);
  await keys.generateKey(
    { ...about, name: keyName, usage: 'issuer-rsa', algorithm: 'RSA', size: 1408, exponent: 3 },
    signal,
  );
  const publicKey = await keys.publicRsaKey(keyName, signal);
  const signer = openAuthority();
  const named = { rid: fromHex('f043575249'), index: 0xe1, modulus: signer.modulus, exponent: signer.exponent };
  const checkSum = authorityCheckSum(named, nodeRsa);
  const certified = async ({ issuerIdentifier = '9900', serial = '000001' }: Partial<CertifiedBy>) => {
    const expiry = { year: 2036, month: 12 };
    const content = { issuerIdentifier, expiry, serial: fromHex(serial), key: publicKey };
    const signed = await signIssuerCertificate(content, signer, nodeRsa);
    return {
      keyName,
      issuer: northbank,
      authorityKeyIndex: named.index,
      certificate: signed.certificate,
      remainder: signed.remainder,
      publicKey,
      expires: '2036-12',
      authority: { ...named, expiry: authorityExpiry, checkSum },
    };
  };
  const certificate: IssuerCertificate = await certified({});
  return {
    certificate,
    certified,
    usable: usableOf(made),
    certificates: { newest: (issuer) => (issuer === northbank ? certificate : null) },
    iccKeys: {
      take: ({ bits, exponent }, wait) => keys.makeIccKey({ size: bits, exponent, environment: 'test' }, wait),
    },
    now: () => new Date(Date.UTC(2026, 2, 2)),
  };
}

/** A catalogue that holds nothing: for products whose cards are not loaded. */
export const noPackages: AppletPackages = {
  forLoading: (hash) => {
    throw new StationFault('APPLET-UNKNOWN', { name: hash });
  },
};
