import { z } from 'zod';
import { issuerId } from '../domain/identifiers.ts';
import { ruleForms } from './rule-forms.ts';

const tag = z.string().regex(/^(?:[0-9a-f]{2}){1,3}$/);
const bytes = z.string().regex(/^(?:[0-9a-f]{2})+$/, 'lower-case hexadecimal bytes');

/** When a rule is asked at all: what the card says it can do (EMV Book 3 v4.4 Annex C1), what it holds, or which methods its CVM list names. */
const condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ability'),
    /** `offline` is any of SDA, DDA and CDA; `dynamic` one of the last two. */
    of: z.enum(['sda', 'dda', 'cda', 'offline', 'dynamic', 'cardholder-verification']),
  }),
  z.strictObject({ kind: z.literal('no-ability'), of: z.enum(['offline', 'dynamic', 'cardholder-verification']) }),
  z.strictObject({ kind: z.literal('holds'), tag }),
  /** Low six bits of a method. EMV Book 3 v4.4 Annex C3. */
  z.strictObject({ kind: z.literal('method'), codes: z.array(z.int().min(0).max(0x3f)).min(1) }),
  /** Low byte of a rule: when the method is to be used. */
  z.strictObject({ kind: z.literal('method-condition'), codes: z.array(z.int().min(0).max(0xff)).min(1) }),
]);

/** What must be true of a card; `form` names a rule that takes more than one line to say, in `rule-forms.ts`. */
const test = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('holds'), tag }),
  z.strictObject({ kind: z.literal('lacks'), tag }),
  /** A data object list asks for all of these. */
  z.strictObject({ kind: z.literal('list-asks'), list: tag, tags: z.array(tag).min(1) }),
  /** Bits that are reserved: none may be set, wherever the mask has ones. */
  z.strictObject({ kind: z.literal('bits-clear'), tag, mask: bytes }),
  z.strictObject({ kind: z.literal('bits-set'), tag, mask: bytes }),
  z.strictObject({ kind: z.literal('one-of'), tag, values: z.array(bytes).min(1) }),
  z.strictObject({ kind: z.literal('begins'), tag, values: z.array(bytes).min(1) }),
  z.strictObject({ kind: z.literal('form'), name: z.enum(Object.keys(ruleForms) as [string, ...string[]]) }),
]);

const rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  clause: z.string().min(3),
  /** The finding in words, as it reads of a card that breaks the rule; it names no value. */
  finding: z.string().min(10),
  when: z.array(condition).optional(),
  test,
});

/** Rules that a finished payment application is held against, as data. Unknown keys are refused. */
export const rulePackSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    version: z.int().min(1),
    title: z.string().min(1).max(80),
    /** Only for cards of this issuer; for all where none is named. */
    issuer: issuerId.optional(),
    rules: z.array(rule).min(1),
  })
  .superRefine(({ rules }, context) => {
    for (const [at, { id }] of rules.entries()) {
      if (rules.findIndex((other) => other.id === id) === at) continue;
      context.addIssue({ code: 'custom', path: ['rules', at, 'id'], message: 'is the name of another rule' });
    }
  });

export type RulePack = z.infer<typeof rulePackSchema>;
export type Rule = RulePack['rules'][number];
