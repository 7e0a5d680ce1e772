import { z } from 'zod';
import { holdsCardNumber } from '../../domain/card-number-in-text.ts';

/** Input of a call about one batch. */
export const batch = z.strictObject({ batch: z.string().max(64) });
/** Input of a call about one attempt. */
export const attempt = z.strictObject({ attempt: z.string().max(64) });
/** Input members of a call that answers one page of a list. */
export const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
};
/** Why a remark is refused, and what to do. */
export const cardNumberRefused = {
  text: 'What was written holds a card number, which is kept nowhere.',
  next: 'Take it out; the card is known by its batch and its order.',
} as const;
/** What a person writes freely: it goes into the journal and into statements as it is, so that no card number may stand in it. */
export const remark = z
  .string()
  .trim()
  .max(400)
  .refine((text) => !holdsCardNumber(text), `${cardNumberRefused.text} ${cardNumberRefused.next}`);
/** A remark that must be given. */
export const reason = remark.min(1);
export const nothing = z.strictObject({});
export const done = z.strictObject({ done: z.literal(true) });
export const password = z.string().min(1).max(200);
