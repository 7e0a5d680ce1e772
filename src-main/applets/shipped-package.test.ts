import { expect, it } from 'vitest';
import { AppletWorld, id } from './applet-world.fixture.ts';
import { readPackage } from './read-package.ts';
import { shippedPackage } from './shipped-packages.fixture.ts';
import { capFile } from './test-package.fixture.ts';

it('the shipped training package is what the writer writes, and its signature opens the catalogue', async () => {
  const { file, signature, publicKey } = shippedPackage();
  expect(readPackage(file).cap).toEqual(readPackage(capFile()).cap);
  const world = new AppletWorld();
  await world.trust('cardwright-training', { publicKey, sign: () => signature });
  const approval = world.catalogue.requestPackage(
    { file, provider: 'cardwright-training', signature, dap: [] },
    id('ada'),
  );
  await world.sign(approval, 'sara');
  world.catalogue.carryOut(approval);
  expect(world.catalogue.forLoading(readPackage(file).hash, 'test').modules).toHaveLength(3);
});
