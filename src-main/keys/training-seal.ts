import { existsSync } from 'node:fs';
import { Secret } from '#shared/bytes/secret.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { personId } from '#shared/domain/identifiers.ts';
import type { SealedSecret, SealPerson } from './seal.ts';
import { createSeal, newSealedSecret, openSeal } from './seal.ts';

/** The two shares of a training station are held by nobody: their passwords stand here, and the seal is good for test only. */
function trainingCustodians(): readonly [SealPerson, SealPerson] {
  const custodian = (part: string): SealPerson => ({
    person: personId.parse(`training-custodian-${part}`),
    password: new Secret(`training only, published: custodian ${part}`),
  });
  return [custodian('a'), custodian('b')];
}

/** Opens the training station's test seal by the same code as a live one, making it at the first start. Faults of `createSeal`, `openSeal`. */
export async function openTrainingSeal(file: string): Promise<{
  readonly secret: Secret<SealedSecret>;
  readonly made: 'made' | 'found';
  readonly people: readonly PersonId[];
}> {
  const custodians = trainingCustodians();
  const people = custodians.map(({ person }) => person);
  const made = existsSync(file) ? 'found' : 'made';
  if (made === 'made') await createSeal(file, newSealedSecret(), custodians, 'test');
  return { secret: await openSeal(file, custodians, 'test'), made, people };
}
