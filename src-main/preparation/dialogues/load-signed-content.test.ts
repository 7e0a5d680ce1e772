import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { chipContent, type ChipContent } from '#shared/domain/chip-content.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { keyType } from '../../../src-sim/card/key-sets.ts';
import { readPackage } from '../../applets/read-package.ts';
import { shippedPackage, shippedPackages } from '../../applets/shipped-packages.fixture.ts';
import { packageReference, planContent } from '../planned-content.ts';
import { publishedKeys, run, scp03, withCardKeys } from './card-channels.fixture.ts';
import { chipInProcess, type ChipInProcess } from './chip-in-process.fixture.ts';
import { loadContent } from './load-content.ts';
import { openChannel } from './personalise/open-channel.ts';
import { selectCardManager } from './plain-exchange.ts';

withCardKeys();

const { hash } = readPackage(shippedPackage().file);
const found = shippedPackages.forLoading(hash, 'test');
const aid = toHex(found.aid);
const domain = 'f0435752495353440001';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1536 });
/** Over 1,024 bits: PSS with SHA-256 over the hash of the load file data block. GPC_SPE_034 v2.3.1 §B.3.2, §C.3. */
const signature = sign('sha256', found.loadFileHash, {
  key: privateKey,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: 32,
});

function* bring(content: ChipContent, signed: Uint8Array): Dialogue<void> {
  const application = yield* selectCardManager();
  yield* openChannel({ keySet: { name: 'issuer/scp03', version: 48 }, channel: scp03, application, padding: 'always' });
  const dap = [{ securityDomain: fromHex(domain), signature: signed }];
  yield* loadContent(planContent(content, [{ ...found, dap }]), 200);
}

/** A blank on which a security domain stands that verifies every load file with its own key. */
async function guardedBlank(): Promise<ChipInProcess> {
  const blank = chipInProcess('factory', { keys: publishedKeys, keyVersion: 48, parameter: 0x70 });
  const guard = chipContent.parse({
    securityDomains: [
      {
        package: 'a0000001515350',
        module: 'a000000151535041',
        application: domain,
        privileges: ['mandated-dap-verification'],
        parameters: '',
      },
    ],
    packages: [],
    applications: [],
  });
  await run(bring(guard, signature), blank);
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
  // As its owner would have put it there: version 73, identifier 01. §11.1.9.
  const verification = { id: 0x01, type: keyType.rsaModulus, value: hex(n), exponent: hex(e) };
  blank.chip.state.domains
    .find((one) => one.aid === domain)
    ?.keySets.push({ version: 0x73, keys: [verification], sequence: 0, failures: 0 });
  return blank;
}

const wanted = (dap: readonly string[] | undefined): ChipContent =>
  chipContent.parse({ packages: [{ aid, hash, ...(dap === undefined ? {} : { dap }) }], applications: [] });

const load = (blank: ChipInProcess, content: ChipContent, signed: Uint8Array): Promise<void> =>
  run(bring(content, signed), blank, [], (reference) => {
    if (reference !== packageReference(hash)) throw new Error(`${reference} is not known here`);
    return found.loadFileDataBlock;
  });

const filesOf = ({ chip }: ChipInProcess): readonly string[] => chip.state.loadFiles.map((file) => file.aid);

test('a package is loaded with the signature that a security domain of the card demands', async () => {
  const blank = await guardedBlank();
  await load(blank, wanted([domain]), signature);
  expect(filesOf(blank)).toContain(aid);
});

test.each([
  ['without a signature', undefined, signature, '6985'],
  ['with a wrong signature', [domain], signature.map((byte, at) => (at === 100 ? byte ^ 1 : byte)), '6982'],
] as const)('%s it is refused by the card, and nothing of it stays', async (_, dap, signed, statusWord) => {
  const blank = await guardedBlank();
  await expect(load(blank, wanted(dap), signed)).rejects.toMatchObject({
    code: 'CARD-STATUS',
    details: { statusWord },
  });
  expect(filesOf(blank)).not.toContain(aid);
});
