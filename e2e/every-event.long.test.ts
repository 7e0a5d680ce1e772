import { test } from 'vitest';
import { killAfterEveryEvent } from './power-cut/every-event.ts';

test('killed after each event of three cards with chip, stripe and print: nothing is lost, nothing is made twice', async () => {
  await killAfterEveryEvent(3);
}, 1_800_000);
