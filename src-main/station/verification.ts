import { Verification } from '../verification/proof.ts';
import { loadRulePacks } from '../verification/rule-packs.ts';
import { assets } from './places.ts';

/** The proof of finished cards, with the rule packs that are shipped with the station. PREPARATION-PROFILE-INVALID. */
export async function openVerification(): Promise<Verification> {
  return new Verification(await loadRulePacks(`${assets}/rule-packs`));
}
