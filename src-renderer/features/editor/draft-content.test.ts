import { describe, expect, it } from 'vitest';
import { draftOf, nextVersion, sameContent, shownText, tidyContent, unknownParts } from './draft-content.ts';

describe('the content of a form', () => {
  it('leaves out what is empty, and keeps everything else as it was', () => {
    const values = {
      id: 'x',
      title: '',
      chip: {
        further: [],
        storeData: { grouping: '', target: undefined },
        preflight: { cplc: { type: '' }, atrs: ['3b00'] },
      },
      verification: { before: '', after: '00' },
      list: [{ a: '', b: 1 }, { a: '' }],
    };
    expect(tidyContent(values)).toEqual({
      id: 'x',
      chip: { preflight: { cplc: {}, atrs: ['3b00'] } },
      verification: { before: '', after: '00' },
      list: [{ b: 1 }, {}],
    });
  });

  it('is the same twice', () => {
    const values = { a: { b: '' }, c: [1, { d: '' }], e: null };
    expect(tidyContent(tidyContent(values))).toEqual(tidyContent(values));
  });

  it('is told from another in whatever order it is said', () => {
    expect(sameContent({ a: 1, b: { c: [1, 2], d: 3 } }, { b: { d: 3, c: [1, 2] }, a: 1 })).toBe(true);
    expect(sameContent({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });

  it('is read as text only where it is one', () => {
    expect(['x', 2, undefined, null, {}, ['x']].map(shownText)).toEqual(['x', '2', '', '', '', '']);
  });

  it('shows apart what no field of the form stands for', () => {
    const content = { id: 'x', chip: { kind: 'emv', proof: { a: 1 }, preflight: { atrs: [], memory: 9 } } };
    expect(unknownParts(content, ['id', 'chip.kind', 'chip.preflight.atrs'])).toEqual({
      chip: { proof: { a: 1 }, preflight: { memory: 9 } },
    });
    expect(unknownParts(content, ['id', 'chip'])).toEqual({});
  });
});

describe('a next version', () => {
  it('follows the newest of its id alone', () => {
    expect(nextVersion('debit', ['debit@1', 'debit@9', 'debit-two@40'])).toBe(10);
    expect(nextVersion('new', [])).toBe(1);
  });

  it('is gone on with where one is a draft already', () => {
    const drafts = [{ item: 'product', name: 'debit@2' } as const, { item: 'profile', name: 'debit@3' } as const];
    expect(draftOf('product', 'debit@1', drafts)).toBe(drafts[0]);
    expect(draftOf('profile', 'deb@1', drafts)).toBeUndefined();
  });
});
