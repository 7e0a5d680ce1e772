import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/** SHA-256 over names and contents of the files (tests left out) in these folders and files of the repository; what does not exist counts as absent. */
export function digestOf(entries, base = root) {
  const hash = createHash('sha256');
  for (const entry of entries) add(hash, base, entry);
  return hash.digest('hex');
}

function add(hash, base, entry) {
  const full = path.join(base, entry);
  let kind;
  try {
    kind = statSync(full);
  } catch {
    hash.update(`absent ${entry}\n`);
    return;
  }
  if (kind.isDirectory()) {
    for (const name of readdirSync(full).sort()) add(hash, base, `${entry}/${name}`);
    return;
  }
  if (/\.test\.tsx?$/.test(entry)) return;
  const content = readFileSync(full);
  hash.update(`${entry} ${content.length}\n`);
  hash.update(content);
}
