import type { Services } from '../api/services.ts';
import { trainingPeople } from '../access/training-people.ts';

/** The training people as the login screen shows them, with their passwords. */
export function shownTrainingPeople(issuerTitle: (id: string) => string): Services['station']['trainingPeople'] {
  return trainingPeople.map(({ person, displayName, role, issuers, password }) => ({
    person,
    displayName,
    role,
    issuers: issuers === 'all' ? 'all' : issuers.map(issuerTitle).join(', '),
    password,
  }));
}

/** What the people must know of how this process runs. */
export function processNotices(shell: string): Services['station']['notices'] {
  return shell === 'loopback' && process.getuid?.() === 0
    ? [
        {
          code: 'BROWSER-NO-SANDBOX',
          text: 'The station runs as root, so its browser window runs without a sandbox. Use an ordinary account for daily work.',
        },
      ]
    : [];
}
