/** How a layout wants a field written; null where it names a format that this reader does not know, or the value has another form. */
export function expectedText(format: string, value: string): string | null {
  switch (format) {
    case 'plain':
      return value.normalize('NFC');
    case 'groups-of-four':
      // From the left: 4-4-4-4, and what is left over at the end.
      return /^\d+$/.test(value) ? (value.match(/.{1,4}/g) ?? []).join(' ') : null;
    case 'month-year':
      // YYMM of the order, MM/YY on the card (EMV Book 3 dates are YYMM, ISO/IEC 7813 too).
      return /^\d{4}$/.test(value) ? `${value.slice(2)}/${value.slice(0, 2)}` : null;
    case 'euro': {
      if (!/^\d+$/.test(value)) return null;
      const padded = value.padStart(3, '0');
      const [whole, cents] = [padded.slice(0, -2), padded.slice(-2)];
      return `€${whole}${cents === '00' ? '' : `.${cents}`}`;
    }
    default:
      return null;
  }
}
