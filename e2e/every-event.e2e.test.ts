import { test } from 'vitest';
import { killAfterEveryEvent } from './power-cut/every-event.ts';

test('killed after each event of a card with chip, stripe and print: nothing is lost, nothing is made twice', async () => {
  await killAfterEveryEvent(1);
}, 600_000);
