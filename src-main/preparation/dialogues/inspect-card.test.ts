import { expect, test } from 'vitest';
import { publishedKeys, run, scp03, withCardKeys } from './card-channels.fixture.ts';
import { chipInProcess } from './chip-in-process.fixture.ts';
import { readStructure, readWholeRegistry } from './inspect-card.ts';
import { openChannel } from './personalise/open-channel.ts';
import { selectCardManager } from './plain-exchange.ts';

withCardKeys();

test('a locked card is looked at and told as locked, and no channel for production is opened on it', async () => {
  const blank = chipInProcess('factory', { keys: publishedKeys, keyVersion: 48, parameter: 0x70 });
  const { untold, ...before } = await run(readStructure(), blank);
  expect(untold).not.toContainEqual(expect.objectContaining({ object: 'applications' }));
  blank.chip.state.cardLifeCycle = 0x7f;
  expect(await run(readStructure(), blank)).toEqual({
    ...before,
    untold: [{ object: 'applications', reason: 'the card is locked (6283)' }, ...untold],
  });
  const channel = { keySet: { name: 'issuer/scp03', version: 48 }, channel: scp03, padding: 'always' } as const;
  expect((await run(readWholeRegistry(channel), blank)).issuerDomain).toMatchObject([{ lifeCycle: 0x7f }]);
  const sent = blank.sent.length;
  function* produce() {
    yield* openChannel({ ...channel, application: yield* selectCardManager() });
  }
  await expect(run(produce(), blank)).rejects.toMatchObject({ code: 'CARD-STATUS', details: { statusWord: '6283' } });
  expect(blank.sent).toHaveLength(sent + 1);
});
