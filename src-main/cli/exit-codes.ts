/** What the command line ends with; scripts may rely on it. */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  noStation: 3,
  needsPerson: 4,
  journalBroken: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `
Exit codes:
  0  done
  1  refused by the station, with its reason
  2  the command line is wrong
  3  no station, or the connection to it was lost
  4  a person is needed: a line waits, or a statement was not confirmed
  5  the journal is broken

Passwords are asked at the terminal, or taken from CARDWRIGHT_PASSWORD and CARDWRIGHT_APPROVER_PASSWORD; never arguments.`;
