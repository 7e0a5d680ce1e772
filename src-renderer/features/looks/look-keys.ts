/** What a key means while the look has the focus; null for every other key. */
export type LookKey = 'good' | 'bad' | 'next' | 'previous';

/** Keys of the looks screen. They work only while the focus is inside the card's panel and not in a field (WCAG 2.1.4). */
export function lookKey(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): LookKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key.toLowerCase()) {
    case 'g':
      return 'good';
    case 'b':
      return 'bad';
    case 'arrowright':
      return 'next';
    case 'arrowleft':
      return 'previous';
    default:
      return null;
  }
}
