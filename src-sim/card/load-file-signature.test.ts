import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { contentAids, contentBlock, openContentBench, signedLoadFile } from './content-bench.fixture.ts';
import type { ContentBench } from './content-bench.fixture.ts';
import { byte, cmac } from './hand-written-host.ts';
import { des } from './hand-written-scp02-host.ts';
import { fields, tlv } from './training-package.ts';

const { ssd, domainModule } = contentAids;
const hash = createHash('sha1').update(Buffer.from(contentBlock, 'hex')).digest('hex').toUpperCase();
const own = '909192939495969798999A9B9C9D9E9F';

/** A domain with DAP verification, and the key that it verifies by. */
async function benchWithKey(
  blank: 'factory' | 'factory-scp02',
  keyField: (bench: ContentBench) => string,
  privileges = 'C00000',
): Promise<ContentBench> {
  const bench = await openContentBench(0x01, { blank });
  expect(await bench.install(domainModule, ssd, privileges)).toBe('009000');
  expect(await bench.host.send('80E62000', fields('', '', ssd, '', '', ''), '00')).toBe('009000');
  expect(await bench.host.send('80D80001', `73${keyField(bench)}`, '00')).toMatch(/^73.*9000$/);
  return bench;
}

async function attempt(bench: ContentBench, signature: string, domain: string = ssd): Promise<string> {
  expect(await bench.announce(domain, hash)).toBe('009000');
  return bench.load(signedLoadFile(ssd, signature));
}

const spoilt = (text: string): string => byte(Number.parseInt(text.slice(0, 2), 16) ^ 1) + text.slice(2);

function rsaKey(bits: number) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex').toUpperCase();
  return { privateKey, field: `A1${fields(hex(n))}A0${fields(hex(e))}00` };
}

test('an RSA key of 1,024 bits: SHA-1 with PKCS#1 v1.5 over the hash of the block', async () => {
  const { privateKey, field } = rsaKey(1024);
  const bench = await benchWithKey('factory', () => field);
  const right = sign('sha1', Buffer.from(hash, 'hex'), privateKey).toString('hex').toUpperCase();
  expect(await bench.announce(ssd, hash)).toBe('009000');
  expect(await bench.load(tlv('C4', contentBlock))).toBe('6985');
  expect(await attempt(bench, spoilt(right))).toBe('6982');
  expect(await bench.announce(ssd)).toBe('009000');
  expect(await bench.load(signedLoadFile(ssd, right))).toBe('6982');
  expect(await attempt(bench, right)).toBe('009000');
  expect(bench.chip.state.loadFiles.at(-1)).toMatchObject({ domain: ssd.toLowerCase() });
});

test('an RSA key of 1,536 bits: PSS with SHA-256, and a domain with Mandated DAP verifies what is loaded elsewhere', async () => {
  const { privateKey, field } = rsaKey(1536);
  const bench = await benchWithKey('factory', () => field, 'C10000');
  const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const right = sign('sha256', Buffer.from(hash, 'hex'), pss).toString('hex').toUpperCase();
  expect(await bench.announce('', hash)).toBe('009000');
  expect(await bench.load(tlv('C4', contentBlock))).toBe('6985');
  const pkcs1 = sign('sha256', Buffer.from(hash, 'hex'), privateKey).toString('hex').toUpperCase();
  expect(await attempt(bench, pkcs1, '')).toBe('6982');
  expect(await attempt(bench, right, '')).toBe('009000');
});

test('an AES key: CMAC of the hash', async () => {
  const bench = await benchWithKey('factory', ({ host }) => `8810${host.sensitive(own)}00`);
  expect(await attempt(bench, cmac(own, `${hash}00`))).toBe('6982');
  expect(await attempt(bench, cmac(own, hash))).toBe('009000');
});

test('a DES key: triple DES MAC of the hash', async () => {
  const bench = await benchWithKey('factory-scp02', ({ host }) => `8010${host.sensitive(own)}00`);
  const right = des('des-ede-cbc', own, `${hash}80000000`).slice(-16);
  expect(await attempt(bench, spoilt(right))).toBe('6982');
  expect(await attempt(bench, right)).toBe('009000');
});

test('a signature of a domain that verifies none is refused', async () => {
  const bench = await openContentBench(0x01, { blank: 'factory' });
  expect(await bench.install(domainModule, ssd, '80')).toBe('009000');
  expect(await attempt(bench, '00'.repeat(16), '')).toBe('6982');
});
