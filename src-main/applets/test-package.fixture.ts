import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { fromHex, utf8 } from '#shared/bytes/bytes.ts';
import type { ComponentName } from '#shared/protocols/java-card/cap-component.ts';
import { componentFiles, writePackage, type PackageToWrite } from '#shared/protocols/java-card/cap-writer.fixture.ts';
import { writeArchive } from './zip-writer.fixture.ts';

/** A package of three applets, under the test RID: load file and modules of the virtual card's applications. */
export const testPackage: PackageToWrite = {
  format: '2.2',
  aid: fromHex('f04357524947485400'),
  version: [1, 0],
  name: 'org/cardwright/applications',
  applets: ['f0435752494748540001', 'f0435752494748540002', 'f0435752494748540003'].map(fromHex),
  code: 3000,
};

/** A CAP file as converters leave it: a JAR with its manifest, the components in a folder of the package. */
export function archiveOf(
  components: ReadonlyMap<ComponentName, Uint8Array>,
  folder = 'org/cardwright/javacard/',
): Uint8Array<ArrayBuffer> {
  return writeArchive([
    { name: 'META-INF/MANIFEST.MF', bytes: utf8('Manifest-Version: 1.0\r\nJava-Card-CAP-File-Version: 2.2\r\n\r\n') },
    ...[...components].map(([name, bytes]) => ({ name: `${folder}${componentFiles[name]}`, bytes })),
  ]);
}

/** The CAP file of a package. */
export function capFile(changes: Partial<PackageToWrite> = {}): Uint8Array<ArrayBuffer> {
  return archiveOf(writePackage({ ...testPackage, ...changes }));
}

/** A provider with its key pair. */
export interface TestProvider {
  readonly publicKey: string;
  sign(file: Uint8Array): Uint8Array;
}

function provider(pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): TestProvider {
  return {
    publicKey: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (file) => new Uint8Array(sign('sha256', file, pair.privateKey)),
  };
}

/** A provider that signs on the curve P-256. */
export function ecdsaProvider(namedCurve = 'prime256v1'): TestProvider {
  return provider(generateKeyPairSync('ec', { namedCurve }));
}

/** A provider that signs by RSA. */
export function rsaProvider(modulusLength = 2048): TestProvider {
  return provider(generateKeyPairSync('rsa', { modulusLength }));
}
