/** What part of a product a fact or a difference is about. */
export const descriptionAreas = [
  'product',
  'chip',
  'data',
  'proof',
  'stripe',
  'print',
  'fields',
  'stock',
  'keys',
] as const;
export type DescriptionArea = (typeof descriptionAreas)[number];

/** What the second of two has otherwise than the first. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly area: DescriptionArea;
  /** What it is about: `9F0D Issuer Action Code - Default, in DGI 0201`. */
  readonly subject: string;
  /** The whole difference as one sentence. */
  readonly text: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function added(area: DescriptionArea, subject: string, after: string): Difference {
  const text = after === '' ? `${subject} is new` : `${subject} is new: ${after}`;
  return { kind: 'added', area, subject, text, before: null, after };
}

export function removed(area: DescriptionArea, subject: string, before: string): Difference {
  return { kind: 'removed', area, subject, text: `${subject} is gone`, before, after: null };
}

export function changed(area: DescriptionArea, subject: string, before: string, after: string): Difference {
  return { kind: 'changed', area, subject, text: `${subject}: ${after} instead of ${before}`, before, after };
}
