import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { IssuerKeyCertificate, IssuerKeyRequest, SchemeAuthorityAnswer } from '#shared/contract/cms/scheme.ts';
import type { IssuerId } from '#shared/domain/identifiers.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalIssuerCertificates } from '../keys/issuer-certificates.ts';
import type { KeyIdentity, KeyPort, KeyRequest } from '../keys/port.ts';
import { journalKeys } from './station-keys.ts';

/** An issuer whose cards the station prepares, and the digits with which all of its card numbers begin. */
export interface PreparedIssuer {
  readonly issuer: IssuerId;
  /** 3 to 8 digits. EMV 4.4 Book 2 §5.1, table 2. */
  readonly issuerIdentifier: string;
}

/** Who certifies issuer keys: in training the CMS, which plays the scheme. */
export interface TrainingScheme {
  schemeAuthority(signal: AbortSignal): Promise<SchemeAuthorityAnswer>;
  certifyIssuerKey(asked: IssuerKeyRequest, signal: AbortSignal): Promise<IssuerKeyCertificate>;
}

const station = { kind: 'station' } as const;
const symmetricUsages = ['imk-ac', 'imk-smi', 'imk-smc', 'cvk'] as const;
/** Issuer keys of the training scheme; short enough for its authority's 1984 bits. */
const issuerKey = { size: 1408, exponent: 3 } as const;
const yearsOfUse = 5;

interface Options {
  readonly keys: KeyPort;
  readonly journal: Journal;
  readonly certificates: JournalIssuerCertificates;
  readonly scheme: TrainingScheme;
  readonly issuers: readonly PreparedIssuer[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/**
 * Does for each issuer what its key custodians would do in live: its master keys, verification key and key pair are made inside the key
 * store, and the test authority certifies the pair. Each step is an event; what is there is left as it is, and a key that people
 * destroyed is not made again under its name. Training only. Faults of the key port, of the CMS and of `JournalIssuerCertificates`.
 */
export async function makeTrainingIssuerKeys(options: Options): Promise<void> {
  for (const issuer of options.issuers) {
    const pair = await makeKeys(options, issuer.issuer);
    if (pair !== null) await certify(options, issuer, pair);
  }
}

/** The issuer's keys; gives the name of its key pair, null where people ended that. */
async function makeKeys({ keys, journal, signal }: Options, issuer: IssuerId): Promise<string | null> {
  const listed = new Map((await keys.list(signal)).map((key) => [key.name, key]));
  const ensure = async (request: KeyRequest, pair?: typeof issuerKey): Promise<KeyIdentity | null> => {
    const found = listed.get(request.name);
    if (found !== undefined) return found;
    if (journal.projections.keys.find(request.name) !== null) return null;
    return keys.generateKey({ ...request, ...pair }, signal);
  };
  const common = { issuer, environment: 'test', version: 1 } as const;
  for (const usage of symmetricUsages) {
    const key = await ensure({ ...common, name: `${usage}/${issuer}/1`, usage, algorithm: 'TDES-2' });
    if (key !== null) journalKeys(journal, [key]);
  }
  const name = `issuer-rsa/${issuer}/1`;
  const pair = await ensure({ ...common, name, usage: 'issuer-rsa', algorithm: 'RSA' }, issuerKey);
  if (pair !== null) journalKeys(journal, [pair]);
  return pair === null ? null : name;
}

async function certify(
  { certificates, scheme, now, signal }: Options,
  { issuer, issuerIdentifier }: PreparedIssuer,
  keyName: string,
): Promise<void> {
  if (certificates.newest(issuer, now()) !== null) return;
  const answer = await scheme.schemeAuthority(signal);
  const [year = 0, month = 0] = answer.expires.split('-').map(Number);
  const authority = {
    rid: fromHex(answer.rid),
    index: answer.index,
    modulus: fromHex(answer.modulus),
    exponent: fromHex(answer.exponent),
    checkSum: fromHex(answer.checkSum),
    expiry: { year, month },
  };
  certificates.importAuthority(authority, answer.environment, station);
  const wish = {
    keyName,
    issuerIdentifier,
    expiry: { year: Math.min(now().getUTCFullYear() + yearsOfUse, year), month: 12 },
    trackingNumber: '000001',
    serial: fromHex('000001'),
  };
  const { request } = await certificates.request(wish, station, signal);
  const { rid, index, ...given } = await scheme.certifyIssuerKey({ issuer, request: toHex(request) }, signal);
  const certificate = {
    certificate: fromHex(given.certificate),
    remainder: fromHex(given.remainder),
    exponent: fromHex(given.exponent),
  };
  await certificates.importCertificate({ keyName, authority: { rid, index }, certificate }, station, signal);
}
