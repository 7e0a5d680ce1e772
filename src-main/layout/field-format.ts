const formats = ['plain', 'groups-of-four', 'month-year', 'euro'] as const;

/** How a field's canonical text is written on the card. */
export type FieldFormat = (typeof formats)[number];

export function isFieldFormat(text: string): text is FieldFormat {
  return (formats as readonly string[]).includes(text);
}

/**
 * Writes a field for people: `groups-of-four` 9900010000000000 as 9900 0100 … (a masked digit is •), `month-year` 2911 (YYMM) as 11/29,
 * `euro` 5000 (cents) as €50 and 4950 as €49.50. Returns undefined where the text has not the form that the format reads.
 */
export function formatField(format: FieldFormat, text: string): string | undefined {
  switch (format) {
    case 'plain':
      return text.normalize('NFC');
    case 'groups-of-four':
      return /^[\d•]+$/.test(text) ? text.replace(/([\d•]{4})(?=[\d•])/g, '$1 ') : undefined;
    case 'month-year':
      return /^\d{2}(?:0[1-9]|1[0-2])$/.test(text) ? `${text.slice(2)}/${text.slice(0, 2)}` : undefined;
    case 'euro': {
      if (!/^\d{1,9}$/.test(text)) return undefined;
      const cents = Number(text);
      const minor = cents % 100;
      return `€${String((cents - minor) / 100)}${minor === 0 ? '' : `.${String(minor).padStart(2, '0')}`}`;
    }
  }
}
