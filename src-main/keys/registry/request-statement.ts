import { createHash } from 'node:crypto';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import { keyUsages, type KeyUsage } from '#shared/domain/key-usage.ts';
import type { KeyRequestSigned, WantedKey } from '#shared/journal-format/events/key-events.ts';
import type { StatementField } from '../../approvals/port.ts';

const changes = {
  activate: 'put into use',
  retire: 'retire: it makes nothing new, and still verifies and opens',
  compromise: 'compromised: it does nothing any more',
  destroy: 'destroy for good',
} as const;

/** ANSI X9.143-2022 table 5. */
const exportability: Readonly<Record<string, string>> = {
  N: 'N, not exportable',
  E: 'E, exportable under a key encryption key',
  S: 'S, sensitive, exportable in other forms',
};

function usageTitle(usage: string): string {
  return Object.hasOwn(keyUsages, usage) ? `${keyUsages[usage as KeyUsage].title} (${usage})` : usage;
}

function cardsOf(environment: Environment): string {
  return environment === 'live' ? 'live cards' : 'test cards';
}

function authorityFields(rid: string, index: number): StatementField[] {
  return [
    { label: 'Authority (RID)', value: rid.toUpperCase() },
    { label: 'Key index of the authority', value: toHex(Uint8Array.of(index)).toUpperCase() },
  ];
}

/** Over tags 90 and 92 as they came. */
function certificateHash({ certificate, remainder }: { certificate: string; remainder: string }): string {
  return createHash('sha256')
    .update(fromHex(certificate + remainder))
    .digest('hex')
    .toUpperCase();
}

function keyFields(key: WantedKey, validUntil: string | null): StatementField[] {
  const { name, usage, algorithm, environment, size, exponent } = key;
  return [
    { label: 'Key', value: name },
    { label: 'Usage', value: usageTitle(usage) },
    {
      label: 'Algorithm',
      value: size === undefined ? algorithm : `${algorithm} ${size} bits, exponent ${exponent ?? 0}`,
    },
    { label: 'For', value: cardsOf(environment) },
    { label: 'Last day of use', value: validUntil ?? 'no end' },
  ];
}

/** What people read before they sign a request about a key. */
export function requestStatement(
  request: KeyRequestSigned,
  personTitle: (person: string) => string,
): readonly StatementField[] {
  switch (request.kind) {
    case 'generation':
      return [
        ...keyFields(request.key, request.validUntil),
        { label: 'Comes by', value: 'generation inside the key store' },
      ];
    case 'key-block': {
      const { header, protectionKey, expectedKcv, blockDigest } = request;
      return [
        ...keyFields(request.key, request.validUntil),
        { label: 'Comes by', value: `key block of version ${header.version}` },
        { label: 'Usage in the block', value: header.usage },
        { label: 'Algorithm in the block', value: header.algorithm },
        { label: 'Mode of use', value: header.mode },
        { label: 'Exportability', value: exportability[header.exportability] ?? header.exportability },
        { label: 'Protection key', value: protectionKey },
        { label: 'Expected check value', value: expectedKcv?.toUpperCase() ?? 'none was given' },
        { label: 'Digest of the block', value: blockDigest },
      ];
    }
    case 'ceremony':
      return [
        ...keyFields(request.key, request.validUntil),
        { label: 'Comes by', value: `${request.custodians.length} components` },
        ...request.custodians.map((person, at) => ({ label: `Component ${at + 1}`, value: personTitle(person) })),
        {
          label: 'Then',
          value:
            request.leavesUnder === null
              ? 'it is kept in the key store'
              : `it leaves as a key block under ${request.leavesUnder} and is not kept`,
        },
      ];
    case 'change': {
      const { name, usage, kcv, state, change, retires, reason } = request;
      return [
        { label: 'Key', value: name },
        { label: 'Usage', value: usageTitle(usage) },
        { label: 'Check value', value: kcv.toUpperCase() },
        { label: 'State now', value: state },
        { label: 'Change', value: changes[change] },
        ...(retires === null ? [] : [{ label: 'Retires by it', value: retires }]),
        { label: 'Reason', value: reason },
      ];
    }
    case 'authority-key': {
      const { rid, index, modulus, exponent, expires, checkSum, environment } = request;
      return [
        ...authorityFields(rid, index),
        { label: 'Size', value: `${modulus.length * 4} bits` },
        { label: 'Modulus', value: modulus.toUpperCase() },
        { label: 'Exponent', value: exponent.toUpperCase() },
        { label: 'Last month of use', value: expires },
        { label: 'Hash (SHA-1 of the scheme)', value: checkSum.toUpperCase() },
        { label: 'For', value: cardsOf(environment) },
      ];
    }
    case 'issuer-certificate': {
      const { name, kcv, issuer, issuerIdentifier, serial, expires, rid, index, environment } = request;
      return [
        { label: 'Key', value: name },
        { label: 'Check value', value: kcv.toUpperCase() },
        { label: 'Issuer', value: issuer },
        { label: 'Issuer identifier', value: issuerIdentifier },
        { label: 'Serial number', value: serial.toUpperCase() },
        { label: 'Last month of use', value: expires },
        ...authorityFields(rid, index),
        { label: 'For', value: cardsOf(environment) },
        { label: 'Hash of the certificate (SHA-256)', value: certificateHash(request) },
      ];
    }
  }
}
