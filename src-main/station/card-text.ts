import type { Product } from '#shared/domain/product.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { LayoutFit } from '../intake/examine-records.ts';
import type { CardPainter } from '../layout/card-painter.ts';
import { GlyphCoverage } from '../layout/glyph-coverage.ts';
import { findPinnedFonts } from '../layout/pinned-fonts.ts';

/** What intake asks of fonts and layouts. */
export interface CardText {
  missingGlyph(text: string): string | null;
  readonly layoutFit: LayoutFit;
}

/** Answers for intake whether a text can be printed: by the pinned fonts, and by laying it out where it is long. */
export async function openCardText(options: {
  readonly fontListFile: string;
  readonly fontFolders: readonly string[];
  readonly painter: CardPainter;
}): Promise<CardText> {
  const coverage = await GlyphCoverage.open(await findPinnedFonts(options.fontListFile, options.fontFolders));
  return {
    missingGlyph: (text) => {
      for (const character of text) {
        try {
          coverage.require(character, 'text');
        } catch (thrown) {
          if (thrown instanceof StationFault) return character;
          throw thrown;
        }
      }
      return null;
    },
    layoutFit: async (product: Product, fields: OrderFields, signal: AbortSignal) => {
      try {
        // A security code is computed with the card; three digits are as wide as any.
        const computed = product.verification?.printed === 'cvv2' ? { cvv2: '000' } : {};
        await options.painter.fit(product, { ...fields, ...computed }, signal);
        return null;
      } catch (thrown) {
        if (!(thrown instanceof StationFault) || !thrown.code.startsWith('LAYOUT-TEXT')) throw thrown;
        const field = typeof thrown.details['field'] === 'string' ? thrown.details['field'] : null;
        const code = 'INTAKE-PRINT-FIT';
        const { text, next } = describeFault({ code, details: { field } });
        return { code, field, text: `${text} ${next}` };
      }
    },
  };
}
