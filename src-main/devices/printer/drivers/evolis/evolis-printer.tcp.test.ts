import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { printerConformance } from '../../conformance.ts';
import { EvolisTestMachine } from './test-machine.ts';

describe('the Evolis driver on the network', () => {
  let machine: EvolisTestMachine;
  beforeAll(async () => {
    machine = await EvolisTestMachine.start('tcp');
  });
  afterAll(() => machine.stop());
  beforeEach(() => machine.tidy());

  test.each(printerConformance)('$name', ({ run }) => run(machine));
});
