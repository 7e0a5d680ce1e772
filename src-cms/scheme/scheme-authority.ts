import { createHash } from 'node:crypto';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { IssuerKeyCertificate, IssuerKeyRequest, SchemeAuthorityAnswer } from '#shared/contract/cms/scheme.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { isEarlierMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import { authorityCheckSum } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { signIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import type { IssuerRequestContent } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { verifyIssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { CmsFault } from '../http/cms-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { SchemeCertificateRow } from '../store/tables.ts';
import { nodeRsa, rsaSigner } from './node-rsa.ts';
import { openSchemeKey, type SchemeKey } from './scheme-key.ts';

/** The test scheme: the first five bytes of its application's identifier, and the index of its one key. */
const rid = 'f043575249';
const index = 0xf1;

/** Leading digits of the card numbers of each issuer with payment cards. */
const issuerIdentifiers: ReadonlyMap<string, string> = new Map([['northbank', '9900']]);

/** Plays the certification authority of a payment scheme for training: certifies issuer keys by a key of its own that nothing else uses. */
export class SchemeAuthority {
  readonly #database: CmsDatabase;
  readonly #vault: Vault;
  readonly #surroundings: Surroundings;
  #key: Promise<SchemeKey> | null = null;

  constructor(database: CmsDatabase, vault: Vault, surroundings: Surroundings) {
    this.#database = database;
    this.#vault = vault;
    this.#surroundings = surroundings;
  }

  /** Made when it is first needed; a failure is not kept. */
  #open(): Promise<SchemeKey> {
    this.#key ??= openSchemeKey(this.#database, this.#vault, this.#surroundings).catch((fault: unknown) => {
      this.#key = null;
      throw fault;
    });
    return this.#key;
  }

  async publicKey(): Promise<SchemeAuthorityAnswer> {
    const { privateKey, expiry } = await this.#open();
    const { modulus, exponent } = rsaSigner(privateKey);
    const key = { rid: fromHex(rid), index, modulus, exponent };
    return {
      rid,
      index,
      modulus: toHex(modulus),
      exponent: toHex(exponent),
      expires: `${expiry.year}-${String(expiry.month).padStart(2, '0')}`,
      checkSum: toHex(authorityCheckSum(key, nodeRsa)),
      environment: 'test',
    };
  }

  /** ISSUER-UNKNOWN, ISSUER-REQUEST-INVALID. */
  async certify(station: string, { issuer, request }: IssuerKeyRequest): Promise<IssuerKeyCertificate> {
    const identifier = issuerIdentifiers.get(issuer);
    if (identifier === undefined) throw new CmsFault('ISSUER-UNKNOWN');
    const bytes = fromHex(request);
    const content = this.#read(bytes);
    const { expiry, privateKey } = await this.#open();
    const now = this.#surroundings.now();
    const month = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
    const outside = isEarlierMonth(content.expiry, month) || isEarlierMonth(expiry, content.expiry);
    if (content.issuerIdentifier !== identifier || outside) throw new CmsFault('ISSUER-REQUEST-INVALID');
    const hash = createHash('sha256').update(bytes).digest('hex');
    const known = await this.#find(hash);
    if (known !== null) return answerOf(known);
    const serial = await this.#freeSerial();
    const made = await signIssuerCertificate({ ...content, serial }, rsaSigner(privateKey), nodeRsa);
    const row = {
      request_hash: hash,
      serial: toHex(serial),
      issuer,
      station,
      certificate: toHex(made.certificate),
      remainder: toHex(made.remainder),
      exponent: toHex(made.exponent),
      issued_at: now.toISOString(),
    };
    await this.#database
      .insertInto('scheme_certificate')
      .values(row)
      .onConflict((conflict) => conflict.column('request_hash').doNothing())
      .execute();
    return answerOf((await this.#find(hash)) ?? row);
  }

  /** The key's own signature is checked: whoever asks holds the private half. */
  #read(request: Uint8Array): IssuerRequestContent {
    try {
      return verifyIssuerRequest(request, nodeRsa);
    } catch (thrown) {
      if (thrown instanceof StationFault) throw new CmsFault('ISSUER-REQUEST-INVALID');
      throw thrown;
    }
  }

  async #find(hash: string): Promise<SchemeCertificateRow | null> {
    const query = this.#database.selectFrom('scheme_certificate').selectAll().where('request_hash', '=', hash);
    return (await query.executeTakeFirst()) ?? null;
  }

  /** Three random bytes that no certificate bears yet: after a restore, counting would give a number again. */
  async #freeSerial(): Promise<Uint8Array> {
    for (;;) {
      const serial = new Uint8Array(this.#surroundings.randomBytes(3));
      const taken = await this.#database
        .selectFrom('scheme_certificate')
        .select('serial')
        .where('serial', '=', toHex(serial))
        .executeTakeFirst();
      if (taken === undefined) return serial;
    }
  }
}

function answerOf(row: Pick<SchemeCertificateRow, 'certificate' | 'remainder' | 'exponent'>): IssuerKeyCertificate {
  const { certificate, remainder, exponent } = row;
  return { rid, index, certificate, remainder, exponent };
}
