import { z } from 'zod';

/** Version 1 of a statement (DESIGN 9). Nothing may lie in it that the page does not show. */
const statementOne = z.strictObject({
  version: z.literal(1),
  act: z.string(),
  subject: z.string(),
  subjectDigest: z.string(),
  fields: z.array(z.strictObject({ label: z.string(), value: z.string() })),
  station: z.string(),
  issuer: z.string().nullable(),
  asker: z.string(),
  /** Who may not sign besides the asker; left out where it is nobody. */
  barred: z.array(z.string()).exactOptional(),
  nonce: z.string(),
  expires: z.string(),
});
export type Statement = z.infer<typeof statementOne>;

/** What the bytes to sign say, or why they cannot be shown. */
export type StatementReading =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'unknown-version' }
  | { readonly kind: 'unreadable' };

const versioned = z.object({ version: z.number() });

/** Reads a statement from exactly the text that is signed; a newer form is refused, never shown in part. */
export function readStatement(text: string): StatementReading {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { kind: 'unreadable' };
  }
  const read = statementOne.safeParse(content);
  if (read.success) return { kind: 'statement', statement: read.data };
  const version = versioned.safeParse(content);
  return version.success && version.data.version !== 1 ? { kind: 'unknown-version' } : { kind: 'unreadable' };
}

/** SHA-256 of the statement's UTF-8 bytes as this page has them, 64 lower-case hexadecimal digits. */
export async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
