import { z } from 'zod';

/** One thing that was tried on a test card, by which clause, and what the card did. */
export const exerciseStepView = z.strictObject({
  name: z.string(),
  clause: z.string(),
  outcome: z.enum(['right', 'wrong']),
  text: z.string(),
});
export type ExerciseStepView = Readonly<z.infer<typeof exerciseStepView>>;
