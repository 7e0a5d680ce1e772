import type { CheckedDraftView } from '#shared/contract/views/product-views.ts';

export type Finding = CheckedDraftView['findings'][number];

/** The id of the input that stands for a place in the content. */
export function inputId(path: string): string {
  return `field-${path}`;
}

/** What is wrong with exactly this place, or with a part of it where the input stands for the whole of it. */
export function findingsAt(path: string, findings: readonly Finding[], covers: 'place' | 'part'): readonly Finding[] {
  return findings.filter(({ field }) => field === path || (covers === 'part' && field.startsWith(`${path}.`)));
}

/** The place itself and everything that it is part of, the nearest first. */
export function placesAround(path: string): readonly string[] {
  const words = path.split('.');
  return words.map((_word, at) => words.slice(0, words.length - at).join('.'));
}

/** Brings the input for a place, or the nearest around it, under the person's hands. */
export function goToPlace(path: string): void {
  for (const place of placesAround(path)) {
    const found = document.getElementById(inputId(place));
    if (found === null) continue;
    found.scrollIntoView({ block: 'center' });
    found.focus({ preventScroll: true });
    return;
  }
}
