import { describe, expect, it } from 'vitest';
import { fromHex } from '#shared/bytes/bytes.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { contentActMarks } from './dialogues/card-content-acts.ts';
import { dryRun } from './dialogues/dry-run.ts';
import { contentMarks, loadContent } from './dialogues/load-content.ts';
import {
  aid,
  bench,
  card,
  content,
  entry,
  inspect,
  never,
  onCard,
  payment,
  planOf,
  withContent,
  withLoadBench,
} from './load-content.fixture.ts';
import type { PlannedContent } from './planned-content.ts';
import { sampleOrder } from './training-order.fixture.ts';

withLoadBench();

describe('what a blank came with', () => {
  const second = {
    ...(content.applications[0] ?? never()),
    module: 'f0435752494748540002',
    application: 'f0435752494c4f5901',
  };
  const other = 'f0435752494c4f5900';
  const domain = { package: 'a0000001515350', module: 'a000000151535041', application: 'f0435752494748540a' };
  /** The package stays, the second application goes and comes again under another name, locked. */
  const planned = (): PlannedContent => ({
    ...planOf(card),
    removals: [{ kind: 'application', aid: other }],
    applications: [{ ...second, locked: 'yes' }],
  });
  const came = (): PlannedContent => ({ ...planOf(card), applications: [{ ...second, application: other }] });

  it('is removed where it is there, and what is to stay locked is locked', async () => {
    expect(await onCard('came-with', came())).toBe('done');
    const marks: string[] = [];
    expect(await onCard('came-with', planned(), marks)).toBe('done');
    const act = [contentActMarks.begun, contentActMarks.done];
    expect(marks.slice(-6)).toEqual([contentMarks.begun, ...act, ...act, contentMarks.done]);
    expect(await inspect('came-with')).toMatchObject({ applications: [{ aid: second.application, lifeCycle: 0x87 }] });
  });

  it('goes as a package with the applications made from it', async () => {
    expect(await onCard('came-with-package', came())).toBe('done');
    const without: PlannedContent = {
      removals: [{ kind: 'load-file', aid }],
      securityDomains: [{ ...domain, privileges: [], parameters: '' }],
      packages: [],
      applications: [],
    };
    expect(await onCard('came-with-package', without)).toBe('done');
    const left = await inspect('came-with-package');
    expect(left).toMatchObject({ applications: [] });
    expect(JSON.stringify(left['loadFiles'])).not.toContain(aid);
  });

  it('is not asked to go from a blank that has nothing of it', async () => {
    const marks: string[] = [];
    expect(await onCard('came-without', planned(), marks)).toBe('done');
    expect(marks.filter((mark) => mark === contentActMarks.begun)).toHaveLength(1);
  });

  it.each([
    ['lists what it said it deleted', 'applications', entry(other, 0x07), /lists it after it was deleted/],
    ['says that it has nothing at all', 'applications', '6a88', /lists none/],
  ] as const)('that a card %s is a fault', (_, list, answer, reason) => {
    let asked = 0;
    const dialogue = loadContent({ ...planned(), packages: [], applications: [] }, 200);
    const end = (): unknown => {
      try {
        for (let turn = dialogue.next(); turn.done !== true;) {
          const { value: request } = turn;
          const isList = request.kind === 'secure-exchange' && request.label === `GET STATUS of all ${list}`;
          // The first list shows what the blank came with.
          if (isList && asked++ === 0) turn = dialogue.next(fromHex(entry(other, 0x07)));
          else turn = dialogue.next(fromHex(isList ? answer : '9000'));
        }
        return 'done';
      } catch (thrown) {
        return thrown;
      }
    };
    expect(end()).toMatchObject({
      code: 'CARD-CONTENT',
      details: { reason: expect.stringMatching(reason) as string },
    });
    expect(asked).toBe(2);
  });

  it('stands in the script as if it were there', async () => {
    const asked = { ...content, removals: [{ kind: 'load-file' as const, aid: 'f04357524947485409' }] };
    const removing = await bench.card(sampleOrder('debit-online-dda@1', 3), withContent(asked));
    const lines = dryRun({ card: removing, keyChecks: () => [], verificationKey: null })
      .flatMap(scriptLines)
      .join('\n');
    expect(lines).toContain('DELETE, load file F04357524947485409 with its applications');
    expect(lines.match(/DELETE/g)).toHaveLength(1);
  });

  it('is none of what the product brings, and an application with data is not left locked', () => {
    const [first] = content.applications;
    expect(() => withContent({ ...content, removals: [{ kind: 'load-file', aid }] })).toThrow(/name of something else/);
    const needs = { ...content, removals: [{ kind: 'load-file' as const, aid: domain.package }] };
    expect(() => withContent({ ...needs, securityDomains: [{ ...domain, privileges: [], parameters: '' }] })).toThrow(
      /is needed for what the product brings/,
    );
    const bare = { ...content, applications: [], removals: [{ kind: 'application' as const, aid: payment }] };
    expect(() => withContent(bare)).toThrow(/removes an application that gets data/);
    expect(() => withContent({ ...content, applications: [{ ...(first ?? never()), locked: 'yes' }] })).toThrow(
      /locks an application that gets data/,
    );
  });
});
