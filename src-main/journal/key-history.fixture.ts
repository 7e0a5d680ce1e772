import type { NewEvent } from './port.ts';

const person = (name: string) => ({ kind: 'person', person: name }) as const;
const about = (name: string, subjects: Readonly<Record<string, string>>) =>
  ({
    actor: name === 'station' ? ({ kind: 'station' } as const) : person(name),
    issuer: 'northbank',
    subjects,
  }) as const;

const wanted = { usage: 'imk-ac', algorithm: 'TDES-2', issuer: 'northbank', environment: 'test' } as const;

/** Two versions of a key, the first generated and retired, the second of a ceremony; and a key that came to nothing. */
export function keyHistory(): readonly NewEvent[] {
  const first = { ...wanted, name: 'imk-ac/northbank/1', version: 1 };
  const second = { ...wanted, name: 'imk-ac/northbank/2', version: 2 };
  const none = { ...wanted, name: 'imk-ac/northbank/3', version: 3 };
  const ceremony = 'kc-1';
  const custodians = ['kofi', 'karin'];
  return [
    {
      ...about('kofi', { key: first.name, approval: 'ap-k1' }),
      kind: 'key.requested',
      payload: { approval: 'ap-k1', request: { kind: 'generation', key: first, validUntil: '2027-12-31' } },
    },
    {
      ...about('kofi', { key: first.name, approval: 'ap-k1' }),
      kind: 'key.intended',
      payload: { approval: 'ap-k1', name: first.name, act: 'generate' },
    },
    {
      ...about('kofi', { key: first.name, approval: 'ap-k1' }),
      kind: 'key.made',
      payload: {
        name: first.name,
        usage: first.usage,
        algorithm: first.algorithm,
        kcv: 'aaaaaa',
        environment: 'test',
        version: 1,
        kcvMethod: 'tdes-zeros',
        wayIn: 'generated',
        validUntil: '2027-12-31',
        approval: 'ap-k1',
      },
    },
    {
      ...about('kofi', { key: first.name, approval: 'ap-k2' }),
      kind: 'key.changed',
      payload: { name: first.name, change: 'activate', approval: 'ap-k2', reason: 'first' },
    },
    {
      ...about('kofi', { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.requested',
      payload: {
        approval: 'ap-k3',
        request: { kind: 'ceremony', ceremony, key: second, validUntil: null, custodians, leavesUnder: null },
      },
    },
    {
      ...about('station', { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.ceremony-opened',
      payload: { ceremony, approval: 'ap-k3' },
    },
    ...custodians.map((custodian, at): NewEvent => ({
      ...about(custodian, { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.component-entered',
      payload: { ceremony, component: at + 1, kcv: `bbbbb${at}` },
    })),
    {
      ...about('station', { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.combined',
      payload: { ceremony, kcv: 'cccccc' },
    },
    ...custodians.map((custodian): NewEvent => ({
      ...about(custodian, { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.value-confirmed',
      payload: { ceremony, kcv: 'cccccc' },
    })),
    {
      ...about('kofi', { key: second.name, approval: 'ap-k3' }),
      kind: 'key.intended',
      payload: { approval: 'ap-k3', name: second.name, act: 'keep' },
    },
    {
      ...about('kofi', { key: second.name, approval: 'ap-k3' }),
      kind: 'key.made',
      payload: {
        name: second.name,
        usage: second.usage,
        algorithm: second.algorithm,
        kcv: 'cccccc',
        environment: 'test',
        approval: 'ap-k3',
        wayIn: 'components',
      },
    },
    {
      ...about('station', { key: second.name, approval: 'ap-k3', ceremony }),
      kind: 'key.ceremony-ended',
      payload: { ceremony, result: 'kept', reason: '' },
    },
    {
      ...about('kofi', { key: first.name, approval: 'ap-k4' }),
      kind: 'key.changed',
      payload: { name: first.name, change: 'retire', approval: 'ap-k4', reason: 'rotation' },
    },
    {
      ...about('kofi', { key: second.name, approval: 'ap-k4' }),
      kind: 'key.changed',
      payload: { name: second.name, change: 'activate', approval: 'ap-k4', reason: 'rotation' },
    },
    {
      ...about('kofi', { key: none.name, approval: 'ap-k5' }),
      kind: 'key.requested',
      payload: { approval: 'ap-k5', request: { kind: 'generation', key: none, validUntil: null } },
    },
    {
      ...about('kofi', { key: none.name, approval: 'ap-k5' }),
      kind: 'key.intended',
      payload: { approval: 'ap-k5', name: none.name, act: 'generate' },
    },
    {
      ...about('station', { key: none.name, approval: 'ap-k5' }),
      kind: 'key.not-made',
      payload: { approval: 'ap-k5', name: none.name, code: 'KEYS-INTERRUPTED', details: { name: none.name } },
    },
  ];
}
