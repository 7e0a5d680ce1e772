import path from 'node:path';
import { runProgram } from '../stations/command-line.ts';
import { root } from '../stations/programs.ts';

const program = path.join(root, 'src-main', 'station', 'opened-station.fixture.ts');

/** Asks the program that opens a training station's data folder with both custodians' words; null where it ended itself. */
export async function openedStation<Answer>(
  what: 'pin' | 'values' | 'pages' | 'plant',
  data: string,
  further = '',
): Promise<Answer> {
  const end = await runProgram(program, [what, data, further]);
  const killed = what === 'plant' && end.out === '{}\n';
  if (end.code !== 0 && !killed) throw new Error(`${what}: ${end.out}${end.errors}`);
  return end.json() as Answer;
}
