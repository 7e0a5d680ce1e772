/** What a start does about windows. */
export type ShellChoice =
  | { readonly kind: 'electron' }
  | { readonly kind: 'browser' }
  /** No window, and how to reach the station is said. */
  | { readonly kind: 'none'; readonly reason: 'not-wanted' | 'no-display' };

/** Electron where its binary is there, else a browser's app window; none where nobody could see it. */
export function chooseShell(found: {
  readonly window: 'wanted' | 'not-wanted';
  readonly display: 'there' | 'missing';
  readonly electron: 'electron' | 'none';
}): ShellChoice {
  if (found.window === 'not-wanted') return { kind: 'none', reason: 'not-wanted' };
  if (found.display === 'missing') return { kind: 'none', reason: 'no-display' };
  return found.electron === 'electron' ? { kind: 'electron' } : { kind: 'browser' };
}
