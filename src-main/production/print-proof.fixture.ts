import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { thumbprintText } from '#shared/journal-format/pass-certificate.ts';
import type { KeyPort } from '../keys/port.ts';
import { findPinnedFonts } from '../layout/pinned-fonts.ts';
import { PanelJudge } from '../verification/panels/panel-judge.ts';
import type { PassSource } from './pass-issuer.ts';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));

/** The reader of print jobs as a station opens it: shipped layouts, or those of a folder; Debian's fonts. */
async function openPanelJudge(layoutsFolder: string): Promise<PanelJudge> {
  const folders = [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'];
  const fonts = await findPinnedFonts(join(assets, 'fonts', 'fonts.json'), folders);
  return new PanelJudge({ layoutsFolder, fonts, specimen: 'on' });
}

let shared: Promise<PanelJudge> | null = null;

/** The reader of print jobs of the shipped layouts, one for all the lines that a test file opens: its fonts and letters are made once. Nobody closes it. */
export function sharedPanelJudge(): Promise<PanelJudge> {
  shared ??= openPanelJudge(join(assets, 'layouts'));
  return shared;
}

/** Certificates signed by the station's key of a key port. */
export async function passSource(keys: KeyPort, station: string): Promise<PassSource> {
  const key = await keys.publicKey('station-signing', AbortSignal.timeout(10_000));
  return {
    station,
    environment: 'test',
    signedBy: createHash('sha256').update(thumbprintText(key)).digest('base64url'),
    sign: (data, signal) => keys.sign(data, signal),
    keysOf: () => [],
  };
}

/** Both, as the composition root gives them to production. */
export async function openCardProof(
  keys: KeyPort,
  station: string,
  layoutsFolder: string,
): Promise<{ readonly printProof: PanelJudge; readonly passes: PassSource }> {
  return { printProof: await openPanelJudge(layoutsFolder), passes: await passSource(keys, station) };
}

/** A shipped product whose file needs no payment profile. */
export function shippedPrintProduct(reference: 'emv-debit@1' | 'loyalty-stripe@1' | 'gift-print@1'): Product {
  return productSchema.parse(JSON.parse(readFileSync(join(assets, 'profiles', `${reference}.json`), 'utf8')));
}
