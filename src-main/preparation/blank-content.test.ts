import { describe, expect, it } from 'vitest';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { contentActMarks } from './dialogues/card-content-acts.ts';
import { dryRun } from './dialogues/dry-run.ts';
import { contentMarks } from './dialogues/load-content.ts';
import {
  aid,
  bench,
  card,
  content,
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
  const planned = (): PlannedContent => ({
    ...planOf(card),
    removals: [
      { kind: 'application', aid: 'f0435752494c4f5900' },
      { kind: 'load-file', aid },
    ],
    applications: [...content.applications, { ...second, locked: 'yes' }],
  });

  it('is removed where it is there, its applications with it, and what is to stay locked is locked', async () => {
    const before = {
      ...planOf(card),
      applications: [...content.applications, { ...second, application: 'f0435752494c4f5900' }],
    };
    expect(await onCard('came-with', before)).toBe('done');
    const marks: string[] = [];
    expect(await onCard('came-with', planned(), marks)).toBe('done');
    const act = [contentActMarks.begun, contentActMarks.done];
    expect(marks.slice(-8)).toEqual([contentMarks.begun, ...act, ...act, ...act, contentMarks.done].slice(-8));
    expect(await inspect('came-with')).toMatchObject({
      applications: [
        { aid: payment, lifeCycle: 0x07 },
        { aid: second.application, lifeCycle: 0x87 },
      ],
    });
  });

  it('is not asked to go from a blank that has nothing of it', async () => {
    const marks: string[] = [];
    expect(await onCard('came-without', planned(), marks)).toBe('done');
    expect(marks.filter((mark) => mark === contentActMarks.begun)).toHaveLength(1);
  });

  it('stands in the script as if it were there', async () => {
    const asked = { ...content, removals: [{ kind: 'load-file' as const, aid: 'f04357524947485409' }] };
    const removing = await bench.card(sampleOrder('debit-online-dda@1', 3), withContent(asked));
    const lines = dryRun({ card: removing, keyChecks: () => [], verificationKey: null })
      .flatMap(scriptLines)
      .join('\n');
    expect(lines).toContain('DELETE, load file F04357524947485409 with its applications');
  });

  it('is none of what the product brings, and an application with data is not left locked', () => {
    const [first] = content.applications;
    expect(() => withContent({ ...content, removals: [{ kind: 'load-file', aid }] })).toThrow(/name of something else/);
    expect(() => withContent({ ...content, applications: [{ ...(first ?? never()), locked: 'yes' }] })).toThrow(
      /locks an application that gets data/,
    );
  });
});
