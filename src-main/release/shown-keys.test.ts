import { expect, test } from 'vitest';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { keyFields, keysOfStatement } from './shown-keys.ts';

test('the keys of a statement are read back from its bytes, and nothing else is taken for one', () => {
  const keys = [
    { name: 'cvk/northbank/1', kcv: 'a1b2c3' },
    { name: 'batch-wrapping/nb-dda-0001', kcv: '' },
  ];
  const others = [
    { label: 'Batch', value: 'Key KCV a1b2c3' },
    { label: 'Key holders', value: 'two' },
  ];
  expect(keysOfStatement(canonicalJson({ version: 1, fields: [...others, ...keyFields(keys)] }))).toEqual(keys);
});
