import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { printerConformance } from '../../conformance.ts';
import { EvolisTestMachine } from './test-machine.ts';

const socat = spawnSync('socat', ['-V']).status === 0;

describe.each(['tcp', 'pty'] as const)('the Evolis driver on %s', (wire) => {
  let machine: EvolisTestMachine;
  beforeAll(async () => {
    machine = await EvolisTestMachine.start(wire);
  });
  afterAll(() => machine.stop());
  beforeEach(() => machine.tidy());

  test.skipIf(wire === 'pty' && !socat).each(printerConformance)('$name', ({ run }) => run(machine));
});
