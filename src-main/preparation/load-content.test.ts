import { describe, expect, it, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ChipContent } from '#shared/domain/chip-content.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { decodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { constructed, encodeTlvs, primitive } from '#shared/protocols/tlv/ber-tlv.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { deleteFromCard, setLock } from './dialogues/card-content-acts.ts';
import { dryRun } from './dialogues/dry-run.ts';
import { contentMarks, loadContent } from './dialogues/load-content.ts';
import type { PlannedContent } from './planned-content.ts';
import { sampleOrder } from './training-order.fixture.ts';
import {
  aid,
  bench,
  card,
  content,
  entry,
  hash,
  inspect,
  never,
  onCard,
  payment,
  planOf,
  product,
  session,
  withContent,
  withLoadBench,
} from './load-content.fixture.ts';

withLoadBench();

test('a factory blank is loaded, gets its application and is personalised in one channel, and is then what the product says', async () => {
  const link = await bench.chip.insert('factory-1');
  expect((await bench.run(bench.preparation.preflight(product, link), card, link)).findings).toEqual([]);
  const marks: string[] = [];
  await bench.run(bench.preparation.personalise(card), card, link, marks);
  expect(marks).toEqual([
    'authentication-begun',
    'authenticated',
    contentMarks.begun,
    contentMarks.done,
    'personalisation-begun',
    'personalised',
  ]);
  await link.close();
  expect(await inspect('factory-1')).toMatchObject({ applicationLifeCycle: 0x0f });
  const again = await bench.chip.insert('factory-1');
  expect((await bench.run(bench.preparation.preflight(product, again), card, again)).findings).toMatchObject([
    { code: 'PREFLIGHT-PERSONALISED' },
  ]);
  await again.close();
});

describe('on a real card', () => {
  const onlyPackage = (): PlannedContent => ({ ...planOf(card), applications: [] });

  it('does not load a package again that is there in its version, and refuses another version of it', async () => {
    expect(await onCard('twice', onlyPackage())).toBe('done');
    const once = await inspect('twice');
    expect(await onCard('twice', onlyPackage())).toBe('done');
    const { freeMemory, loadFiles } = once;
    expect(await inspect('twice')).toMatchObject({ freeMemory, loadFiles, authentications: 2 });
    const [one] = planOf(card).packages;
    const newer = {
      ...onlyPackage(),
      packages: one === undefined ? [] : [{ ...one, version: { major: 1, minor: 1 } }],
    };
    expect(await onCard('twice', newer)).toEqual({
      code: 'CARD-CONTENT',
      details: { subject: 'the package F04357524947485400', reason: 'it is on the card in version 1.0' },
    });
  });

  it('makes security domains, hands applications over to them, and leaves one not selectable where the product says so', async () => {
    const domain = 'f0435752494748540a';
    const planned: PlannedContent = {
      ...planOf(card),
      securityDomains: [
        { package: 'a0000001515350', module: 'a000000151535041', application: domain, privileges: [], parameters: '' },
      ],
      applications: [
        { ...(content.applications[0] ?? never()), securityDomain: domain },
        {
          ...(content.applications[0] ?? never()),
          module: 'f0435752494748540002',
          application: 'f0435752494c4f5901',
          selectable: 'no',
        },
      ],
    };
    const marks: string[] = [];
    expect(await onCard('domains', planned, marks)).toBe('done');
    expect(marks.slice(-2)).toEqual([contentMarks.begun, contentMarks.done]);
  });

  it('refuses a second application of one name, and says which command the card refused', async () => {
    expect(await onCard('same-name', planOf(card))).toBe('done');
    expect(await onCard('same-name', planOf(card))).toMatchObject({
      code: 'CARD-STATUS',
      details: { command: 'INSTALL [for install and make selectable], application F04357524947485401' },
    });
  });

  it('deletes what it loaded, and locks and unlocks an application', async () => {
    expect(await onCard('deleted', planOf(card))).toBe('done');
    const link = await bench.chip.insert('deleted');
    const acts = function* (): ReturnType<typeof loadContent> {
      yield* session({ securityDomains: [], packages: [], applications: [] });
      const application = fromHex(payment);
      yield* setLock({ kind: 'application', aid: application }, 'locked');
      yield* setLock({ kind: 'application', aid: application }, 'unlocked');
      yield* deleteFromCard({ kind: 'application', aid: application });
      yield* deleteFromCard({ kind: 'load-file', aid: fromHex(aid), related: 'deleted' });
    };
    await bench.run(acts(), card, link);
    await link.close();
    expect(await onCard('deleted', planOf(card))).toBe('done');
  });
});

const modules = [1, 2, 3].map((number) => [0x84, `f043575249474854000${number}`] as const);

describe('answer by answer', () => {
  /** Every exchange of a loading that goes well, as the dialogue asks for it: command and label. */
  const walk = (
    answer: (label: string, at: number) => Uint8Array | Error | null,
  ): { labels: string[]; end: unknown } => {
    const labels: string[] = [];
    const listing = ({ p1 }: ReturnType<typeof decodeCommand>): Uint8Array => {
      if (p1 === 0x20) return fromHex('6a88');
      return fromHex(p1 === 0x10 ? entry(aid, 0x01, modules) : entry(payment, 0x07));
    };
    const dialogue = loadContent(planOf(card), 200);
    try {
      for (let turn = dialogue.next(); turn.done !== true;) {
        const request = turn.value;
        if (request.kind === 'resolve') turn = dialogue.next(card.resolve(request.reference));
        else if (request.kind === 'secure-exchange') {
          const given = answer(request.label, labels.length);
          labels.push(request.label);
          const command = decodeCommand(request.command);
          if (given instanceof Error) turn = dialogue.throw(given);
          else {
            const usual =
              command.ins === 0xf2 ? listing(command) : command.ins === 0xca ? fromHex('6a88') : fromHex('9000');
            turn = dialogue.next(given ?? usual);
          }
        } else turn = dialogue.next(new Uint8Array(0));
      }
      return { labels, end: 'done' };
    } catch (thrown) {
      if (!(thrown instanceof StationFault)) throw thrown;
      return { labels, end: { code: thrown.code, details: thrown.details } };
    }
  };

  it('is this sequence, and no other', () => {
    const { length } = planOf(card).packages[0] ?? never();
    const blocks = Math.ceil((length + 4) / 200);
    expect(walk(() => null)).toEqual({
      labels: [
        'GET STATUS of the load file, F04357524947485400',
        'GET DATA FF21',
        'INSTALL [for load], F04357524947485400 1.0',
        ...Array.from({ length: blocks }, (_, at) => `LOAD ${at + 1} of ${blocks}, F04357524947485400 1.0`),
        'INSTALL [for install and make selectable], application F04357524947485401',
        'GET STATUS of the modules, F04357524947485400',
        'GET STATUS of the application, F04357524947485401',
      ],
      end: 'done',
    });
  });

  it('stops at a wrong status in each place, names the command, and sends nothing more', () => {
    const { labels: all } = walk(() => null);
    for (const statusWord of ['6985', '6a80', '6a84', '6f00', '6581', '63c1']) {
      for (const [at, label] of all.entries()) {
        const { labels, end } = walk((_, now) => (now === at ? fromHex(statusWord) : null));
        if (label === 'GET DATA FF21') {
          // A card that does not tell its memory is loaded nevertheless.
          expect(end).toBe('done');
          continue;
        }
        expect(labels).toEqual(all.slice(0, at + 1));
        const isFull = statusWord === '6a84' && /INSTALL|LOAD /.test(label);
        expect(end).toMatchObject({ code: isFull ? 'CARD-MEMORY' : 'CARD-STATUS', details: { command: label } });
      }
    }
  });

  it('repeats nothing after an answer that was lost, wherever that was', () => {
    const { labels: all } = walk(() => null);
    for (const at of all.keys()) {
      const { labels, end } = walk((_, now) => (now === at ? new StationFault('CARD-GONE', { bytes: 0 }) : null));
      expect([labels.length, end]).toEqual([at + 1, { code: 'CARD-GONE', details: { bytes: 0 } }]);
    }
  });

  it('goes no further than the memory that the card tells', () => {
    const { length } = planOf(card).packages[0] ?? never();
    const told = (bytes: number): Uint8Array => {
      const sizes = [Uint8Array.of(1), Uint8Array.of(bytes >> 8, bytes & 255), Uint8Array.of(0xff)];
      const objects = sizes.map((size, at) => primitive(0x81 + at, size));
      return concatBytes(encodeTlvs([constructed(0xff21, objects)]), fromHex('9000'));
    };
    const free = (bytes: number) => walk((label) => (label === 'GET DATA FF21' ? told(bytes) : null));
    expect(free(length).end).toBe('done');
    expect(free(length - 1)).toMatchObject({
      labels: { length: 2 },
      end: {
        code: 'CARD-MEMORY',
        details: { subject: 'F04357524947485400', command: `${length} bytes, ${length - 1} are free` },
      },
    });
  });

  it.each([
    ['that lists no package', 'GET STATUS of the modules', '6a88', 'the card does not list it after it was loaded'],
    [
      'that lists a module less',
      'GET STATUS of the modules',
      entry(aid, 0x01, modules.slice(0, 1)),
      'the card does not list its module F0435752494748540002',
    ],
    [
      'that lists no application',
      'GET STATUS of the application',
      '6a88',
      'the card does not list it after it was installed',
    ],
    ['whose application is locked', 'GET STATUS of the application', entry(payment, 0x87), 'it is LOCKED'],
    ['whose application is not selectable', 'GET STATUS of the application', entry(payment, 0x03), 'it is INSTALLED'],
    [
      'whose application may do more',
      'GET STATUS of the application',
      entry(payment, 0x07, [[0xc5, '040000']]),
      'its privileges are card-reset',
    ],
    [
      'that holds the package in a version that it does not tell',
      'GET STATUS of the load file',
      entry(aid, 0x01),
      'it is on the card, and its version is not told',
    ],
  ])('does not take a card %s', (_, label, answer, reason) => {
    const { end } = walk((now) => (now.startsWith(label) ? fromHex(answer) : null));
    expect(end).toMatchObject({ code: 'CARD-CONTENT', details: { reason } });
  });

  it('reads a registry that comes in parts, and ends with a card that always has more', () => {
    const parts = [entry('f0435752494748540a', 0x07), entry(payment, 0x07)];
    const inParts = (label: string, at: number): Uint8Array | null => {
      if (!label.startsWith('GET STATUS of the application')) return null;
      const first = walkedTo !== at - 1;
      walkedTo = at;
      return fromHex(first ? (parts[0] ?? '').replace(/9000$/, '6310') : (parts[1] ?? ''));
    };
    let walkedTo = -5;
    expect(walk(inParts).end).toBe('done');
    const endless = walk((label) => (label.startsWith('GET STATUS of the modules') ? fromHex('6310') : null));
    expect(endless.end).toMatchObject({ code: 'CARD-ANSWER', details: { reason: 'the card always has more' } });
  });
});

describe('the plan', () => {
  const changed = (change: (of: ChipContent) => ChipContent): Promise<unknown> =>
    bench.card(sampleOrder('debit-online-dda@1', 3), withContent(change(content))).catch((thrown: unknown) => thrown);

  it('names packages by hash and length and holds none of their bytes', () => {
    const [one] = planOf(card).packages;
    expect(one).toMatchObject({ aid, hash, version: { major: 1, minor: 0 }, reference: `package:${hash}`, dap: [] });
    const bytes = toHex(card.resolve(`package:${hash}`));
    expect(bytes.length / 2).toBe(one?.length);
    expect(JSON.stringify(card.plan)).not.toContain(bytes.slice(20, 60));
  });

  it('prints every block by number and size, and none of its bytes', () => {
    const lines = dryRun({ card, keyChecks: () => [], verificationKey: null })
      .flatMap(scriptLines)
      .join('\n');
    expect(lines).toContain('INSTALL [for load], F04357524947485400 1.0');
    expect(lines).toMatch(/LOAD 2 of \d+, F04357524947485400 1\.0/);
    expect(lines).toContain('part of the load file');
    expect(lines.toLowerCase()).not.toContain(toHex(card.resolve(`package:${hash}`)).slice(400, 440));
  });

  it.each<[string, (of: ChipContent) => ChipContent, string, RegExp | null]>([
    [
      'a file that the catalogue does not hold',
      (of) => ({ ...of, packages: [{ aid, hash: '0'.repeat(64) }] }),
      'APPLET-UNKNOWN',
      null,
    ],
    [
      'another package in the file',
      (of) => ({ ...of, packages: [{ aid: 'f0435752494748540b', hash }] }),
      'CARD-PERSONALISATION',
      /holds another package/,
    ],
    [
      'a signature that the package does not bear',
      (of) => ({ ...of, packages: [{ aid, hash, dap: ['a000000151000001'] }] }),
      'CARD-PERSONALISATION',
      /no signature for the security domain/,
    ],
    [
      'a module that the package does not have',
      (of) => ({ ...of, applications: of.applications.map((one) => ({ ...one, module: 'f0435752494748540009' })) }),
      'CARD-PERSONALISATION',
      /has no module/,
    ],
  ])('is not made with %s', async (_, change, code, reason) => {
    expect(await changed(change)).toMatchObject({
      code,
      details: reason === null ? {} : { reason: expect.stringMatching(reason) as string },
    });
  });

  it('is not asked for where a product makes one name twice', () => {
    const [first] = content.applications;
    expect(() => withContent({ ...content, applications: [first ?? never(), first ?? never()] })).toThrow(
      /name of something else/,
    );
    expect(() => withContent({ ...content, packages: [...content.packages, ...content.packages] })).toThrow(
      /one file twice/,
    );
  });
});
