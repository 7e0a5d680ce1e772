import type { RulePack } from '#shared/rule-pack/rule-pack-schema.ts';
import { Verification } from './proof.ts';
import { loadRulePacks } from './rule-packs.ts';

/** The rule packs that the station ships with. */
function shippedRulePacks(): Promise<readonly RulePack[]> {
  return loadRulePacks(new URL('../../assets/rule-packs/', import.meta.url).pathname);
}

/** The proof as the station does it. */
export async function shippedVerification(): Promise<Verification> {
  return new Verification(await shippedRulePacks());
}
