import type { Trouble } from './link-campaign.fixture.ts';

/** Every kind of command that a job says: questions, settings, movements, stripe, panels. */
const commands = ['Rlr', 'Rrt', 'Rco', 'Rsn', 'Rem', 'Pr', 'Si', 'Dm', 'Smw', 'Smr', 'Ss', 'Dbc', 'Se'];
const answers: readonly Trouble[] = [
  { fault: 'silent', acts: false },
  { fault: 'silent' },
  { fault: 'late', ms: 1900 },
  { fault: 'doubled' },
  { fault: 'cut' },
  { fault: 'garbage' },
];

/** Every way an answer can go wrong, at every kind of command. */
export const answerFaults: readonly Trouble[] = commands.flatMap((on) => answers.map((answer) => ({ ...answer, on })));
