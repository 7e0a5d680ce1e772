import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';
import { rulePackSchema, type RulePack } from '#shared/rule-pack/rule-pack-schema.ts';

/**
 * Loads every rule pack of a folder, one a file named `<id>@<version>.json`. PREPARATION-PROFILE-INVALID with file, place and reason, at the first
 * that is not right; none is loaded then.
 */
export async function loadRulePacks(folder: string): Promise<readonly RulePack[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw refusal(folder, '-', 'the folder cannot be read', cause);
  });
  const packs: RulePack[] = [];
  for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
    packs.push(readRulePack(file, await readFile(join(folder, file), 'utf8')));
  }
  return packs;
}

function readRulePack(file: string, text: string): RulePack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, '-', 'it is no JSON', cause);
  }
  const parsed = rulePackSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? '-' : issue.path.map(String).join('.');
    throw refusal(file, place, issue?.message ?? 'it is no rule pack', parsed.error);
  }
  const name = `${parsed.data.id}@${String(parsed.data.version)}`;
  if (file !== `${name}.json`) throw refusal(file, 'id', `the file of ${name} is named ${name}.json`);
  return parsed.data;
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('PREPARATION-PROFILE-INVALID', { file, field, reason }, cause);
}
