import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { printerConformance } from '../../conformance.ts';
import { EvolisTestMachine } from './test-machine.ts';

const socat = spawnSync('socat', ['-V']).status === 0;

describe.skipIf(!socat)('the Evolis driver on a serial line', () => {
  let machine: EvolisTestMachine;
  beforeAll(async () => {
    machine = await EvolisTestMachine.start('pty');
  });
  afterAll(() => machine.stop());
  beforeEach(() => machine.tidy());

  test.each(printerConformance)('$name', ({ run }) => run(machine));
});
