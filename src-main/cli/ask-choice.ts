import type { LineChoice, LineView } from '#shared/contract/views/line-views.ts';
import type { CommandSurroundings } from './command-context.ts';

/** Asks the person at the terminal what a line shall do; an empty answer leaves it waiting. */
export async function askChoice(line: LineView, around: CommandSurroundings): Promise<LineChoice['choice'] | null> {
  const choices = line.fault?.choices ?? [];
  const { terminal, signal } = around;
  terminal.aside(terminal.paint('wait', `${line.title} asks: ${line.fault?.text ?? ''} ${line.fault?.next ?? ''}`));
  for (const [index, choice] of choices.entries()) terminal.aside(`  ${index + 1}  ${choice.label}`);
  for (;;) {
    const answer = (await terminal.ask(`1 to ${choices.length}, or nothing to leave it waiting: `, signal)).trim();
    if (answer === '') return null;
    const chosen = choices[Number(answer) - 1];
    if (chosen !== undefined) return chosen.choice;
  }
}
