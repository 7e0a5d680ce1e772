/** What a key press in the field of a component means. */
export type KeyPress =
  /** One hexadecimal character, 0 to 15. */
  | { readonly kind: 'digit'; readonly digit: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'end' }
  | { readonly kind: 'paste' }
  /** A character that is no hexadecimal one. */
  | { readonly kind: 'other' }
  /** Not for the field: Tab, arrows, the browser's own keys. */
  | { readonly kind: 'none' };

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** A key that is held down is one character, not many. */
  readonly repeat: boolean;
}

export function readKeyPress(pressed: Pressed): KeyPress {
  const { key, ctrlKey, metaKey, altKey, shiftKey, repeat } = pressed;
  if (((ctrlKey || metaKey) && key.toLowerCase() === 'v') || (shiftKey && key === 'Insert')) return { kind: 'paste' };
  if (ctrlKey || metaKey || altKey) return { kind: 'none' };
  if (repeat) return { kind: 'none' };
  if (key === 'Backspace' || key === 'Delete') return { kind: 'clear' };
  if (key === 'Enter') return { kind: 'end' };
  if (/^[0-9a-f]$/i.test(key)) return { kind: 'digit', digit: Number.parseInt(key, 16) };
  return key.length === 1 ? { kind: 'other' } : { kind: 'none' };
}
