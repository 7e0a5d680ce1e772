import type { Statement, StatementField } from '../approvals/port.ts';

/** Identity of a key as a statement shows it. */
export interface ShownKey {
  readonly name: string;
  readonly kcv: string;
}

const [before, value] = ['Key ', 'KCV '] as const;

/** The lines of a release statement that name the keys. */
export function keyFields(keys: readonly ShownKey[]): readonly StatementField[] {
  return keys.map(({ name, kcv }) => ({ label: `${before}${name}`, value: `${value}${kcv}` }));
}

/** The keys that a signed release statement names, from exactly its bytes. */
export function keysOfStatement(statement: string): readonly ShownKey[] {
  const { fields } = JSON.parse(statement) as Statement;
  return fields.flatMap((field) =>
    field.label.startsWith(before) && field.value.startsWith(value)
      ? [{ name: field.label.slice(before.length), kcv: field.value.slice(value.length) }]
      : [],
  );
}
