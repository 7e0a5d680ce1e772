import type { RulePack } from '#shared/rule-pack/rule-pack-schema.ts';
import { loadRulePacks } from './rule-packs.ts';

/** The rule packs that the station ships with. */
export function shippedRulePacks(): Promise<readonly RulePack[]> {
  return loadRulePacks(new URL('../../assets/rule-packs/', import.meta.url).pathname);
}
