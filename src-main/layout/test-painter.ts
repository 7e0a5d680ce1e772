import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import { paymentProfileSchema, type PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { CardPainter, type CardPainterSettings } from './card-painter.ts';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));

// One for the file: fontconfig reads the first it is given for as long as the process lives.
const workFolder = mkdtemp(join(tmpdir(), 'painter-'));
const forget = async () => rm(await workFolder, { recursive: true, force: true });
// A bench is no test: there the folder goes when nothing is left to do.
if (process.env['VITEST'] === undefined) process.once('beforeExit', () => void forget());
else (await import('vitest')).afterAll(forget);

/** The shipped layouts and Debian's fonts, with a work folder of the test's own. */
export async function testSettings(layoutsFolder = join(assets, 'layouts')): Promise<CardPainterSettings> {
  return {
    layoutsFolder,
    fontListFile: join(assets, 'fonts', 'fonts.json'),
    fontFolders: [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'],
    workFolder: await workFolder,
  };
}

export async function openTestPainter(layoutsFolder?: string): Promise<CardPainter> {
  return CardPainter.open(await testSettings(layoutsFolder), AbortSignal.timeout(30_000));
}

/** A shipped payment profile. */
export async function shippedProfile(reference: string): Promise<PaymentProfile> {
  const text = await readFile(join(assets, 'payment-profiles', `${reference}.json`), 'utf8');
  return paymentProfileSchema.parse(JSON.parse(text));
}

/** A shipped product with all that follows from its profile. */
export async function shippedProduct(reference: string): Promise<Product> {
  const content = JSON.parse(await readFile(join(assets, 'profiles', `${reference}.json`), 'utf8')) as {
    readonly chip?: {
      readonly preparation?: { readonly profile?: string };
      readonly further?: readonly { readonly profile: string }[];
    };
  };
  const { preparation, further = [] } = content.chip ?? {};
  const profiles = new Map<string, PaymentProfile>();
  for (const name of [preparation?.profile, ...further.map(({ profile }) => profile)]) {
    if (name !== undefined) profiles.set(name, await shippedProfile(name));
  }
  const completed = completeProduct(content, profiles);
  if (completed.kind === 'refused') throw new Error(`${completed.field} ${completed.reason}`);
  return productSchema.parse(completed.content);
}

export const sampleFields: OrderFields = {
  pan: '9900010000000017',
  panSequence: '01',
  expiry: '3111',
  effective: '2512',
  printName: 'Zoë Åström-Nuñez',
  loyaltyNumber: '6009900000001234',
  memberSince: '2103',
  tier: 'Oro',
  giftNumber: '9800123412341234',
  giftAmount: '5000',
};
