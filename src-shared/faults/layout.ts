import type { FaultDescription } from './station-fault.ts';

/** Faults of the area layout. */
export const layoutFaults = {
  'LAYOUT-INVALID': {
    retry: 'never',
    text: 'The card layout {file} cannot be used: {reason}.',
    next: 'Have the layout mended by its designer, then start the station again.',
  },
  'LAYOUT-PRODUCT-INVALID': {
    retry: 'never',
    text: 'The product file {file} cannot be used: {field}: {reason}.',
    next: 'Have the product mended, then start the station again.',
  },
  'LAYOUT-UNKNOWN': {
    retry: 'never',
    text: 'The product {product} names the card layout {layout}, which is not installed.',
    next: 'Install the layout or the right version of the product.',
  },
  'LAYOUT-PRODUCT-MISMATCH': {
    retry: 'never',
    text: 'The layout {layout} does not fit the product {product}: {reason}.',
    next: 'Have product and layout made to fit each other before the batch is released.',
  },
  'LAYOUT-FIELD-MISSING': {
    retry: 'never',
    text: 'The order has no {field}, which the layout {layout} prints.',
    next: 'Hold the order and ask the issuer for a complete one.',
  },
  'LAYOUT-FIELD-FORM': {
    retry: 'never',
    text: 'The field {field} cannot be written the way the layout {layout} asks ({format}).',
    next: 'Hold the order and ask the issuer to mend the field.',
  },
  'LAYOUT-TEXT-TOO-LONG': {
    retry: 'never',
    text: 'The field {field} is too long for the layout {layout}, even at its smallest size.',
    next: 'Hold the order and ask the issuer for a shorter text.',
  },
  'LAYOUT-CODE-TOO-WIDE': {
    retry: 'never',
    text: 'The bar code of {field} does not fit the layout {layout}.',
    next: 'Hold the order; the layout needs more room or the issuer a shorter number.',
  },
  'LAYOUT-NO-GLYPH': {
    retry: 'never',
    text: 'The field {field} holds the character {character}, number {position}, which no installed font can print.',
    next: 'Hold the order and ask the issuer to write the text without this character.',
  },
  'LAYOUT-FONT-MISSING': {
    retry: 'retry-after-mending',
    text: 'The font file {file} is not installed.',
    next: 'Install the package {package}, then start the station again.',
  },
  'LAYOUT-FONTS-INVALID': {
    retry: 'never',
    text: 'The list of fonts {file} cannot be used: {reason}.',
    next: 'Install the program again.',
  },
  'LAYOUT-FONTS-NOT-PINNED': {
    retry: 'never',
    text: "Cards would be printed with this machine's own fonts instead of the program's.",
    next: 'Start the station by its own command, without FONTCONFIG settings from outside.',
  },
  'LAYOUT-COLOUR-ON-BLACK-RIBBON': {
    retry: 'never',
    text: 'The layout {layout} has colour, but the product prints with a black ribbon.',
    next: 'Have the layout drawn in black only, or the product changed to a colour ribbon.',
  },
  'LAYOUT-RENDERER-FAILED': {
    retry: 'retry',
    text: 'The card could not be drawn ({reason}).',
    next: 'Try again; if it happens again, call a supervisor.',
  },
  'LAYOUT-TIMEOUT': {
    retry: 'retry',
    text: 'Drawing the card took longer than {seconds} seconds.',
    next: 'Try again; if it happens again, call a supervisor.',
  },
} as const satisfies Record<string, FaultDescription>;
