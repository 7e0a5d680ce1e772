import { readFileSync } from 'node:fs';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { AppletPackages } from './port.ts';
import { readProviderKey, signedBy } from './provider-key.ts';
import { readPackage } from './read-package.ts';

const folder = new URL('../../assets/packages/', import.meta.url);

/** The shipped training package as bytes, signature and key. */
export function shippedPackage(): { file: Uint8Array; signature: Uint8Array; publicKey: string } {
  const read = (name: string) => readFileSync(new URL(name, folder));
  return {
    file: new Uint8Array(read('training-applications.cap')),
    signature: new Uint8Array(read('training-applications.cap.sig')),
    publicKey: read('training-provider.pem').toString(),
  };
}

/** The shipped package as a catalogue gives it out; no other is there. */
export const shippedPackages: AppletPackages = {
  forLoading: (wanted) => {
    const { file, signature, publicKey } = shippedPackage();
    const { cap, hash, loadFileHash } = readPackage(file);
    if (hash !== wanted || signedBy(readProviderKey(publicKey), file, signature) === 'no') {
      throw new StationFault('APPLET-UNKNOWN', { name: wanted });
    }
    const { aid, major, minor } = cap.package;
    const { applets: modules, loadFileDataBlock } = cap;
    return {
      hash,
      aid,
      version: { major, minor },
      modules,
      loadFileDataBlock,
      loadFileHash: loadFileHash.sha256,
      dap: [],
    };
  },
};
