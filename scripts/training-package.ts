// Writes the applet package of the training products and signs it with a key that is thrown away: node scripts/training-package.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capFile, ecdsaProvider } from '../src-main/applets/test-package.fixture.ts';

const folder = join(import.meta.dirname, '..', 'assets', 'packages');
mkdirSync(folder, { recursive: true });
const file = capFile();
const provider = ecdsaProvider();
writeFileSync(join(folder, 'training-applications.cap'), file);
writeFileSync(join(folder, 'training-applications.cap.sig'), provider.sign(file));
writeFileSync(join(folder, 'training-provider.pem'), provider.publicKey);
