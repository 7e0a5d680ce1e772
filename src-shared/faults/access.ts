import type { FaultDescription } from './station-fault.ts';

/** Faults of the area access: people, rights and dual control. */
export const accessFaults = {
  'ACCESS-REFUSED': {
    retry: 'retry-after-mending',
    text: 'Name or password is wrong, or the account is locked.',
    next: 'Check both and try again. After six wrong passwords an account is locked for 30 minutes.',
  },
  'ACCESS-IN-USE': {
    retry: 'ask-operator',
    text: '{person} is logged in at another window.',
    next: 'Log out there, or take the session over here; the other window is then closed.',
  },
  'ACCESS-NOT-LOGGED-IN': {
    retry: 'retry-after-mending',
    text: 'Nobody is logged in at this window.',
    next: 'Log in, then do it again.',
  },
  'ACCESS-NO-RIGHT': {
    retry: 'never',
    text: 'Your roles do not include this: {act}.',
    next: 'Ask a colleague whose role includes it.',
  },
  'ACCESS-NOT-FOUND': {
    retry: 'never',
    text: 'There is no such thing here.',
    next: 'Go back to the list and choose again.',
  },
  'ACCESS-ROLES-CONFLICT': {
    retry: 'never',
    text: 'One person cannot be {one} and {other}.',
    next: 'Give the roles to two people.',
  },
  'ACCESS-PASSWORD-SHORT': {
    retry: 'retry-after-mending',
    text: 'A password needs at least {fewest} characters.',
    next: 'Choose a longer one.',
  },
  'APPROVAL-OPEN': {
    retry: 'never',
    text: 'This is already waiting for a signature: {act}.',
    next: 'Open it from the home screen, or withdraw it first.',
  },
  'APPROVAL-UNKNOWN': { retry: 'never', text: 'There is no such request.', next: 'Go back to the home screen.' },
  'APPROVAL-SETTLED': {
    retry: 'never',
    text: 'This request is already {state}.',
    next: 'Nothing was changed. Ask again if it is still wanted.',
  },
  'APPROVAL-BARRED': {
    retry: 'never',
    text: 'Who counted cannot sign what was counted: {act}.',
    next: 'Another supervisor must sign.',
  },
  'APPROVAL-OWN-REQUEST': { retry: 'never', text: 'Who asked cannot sign: {act}.', next: 'A second person must sign.' },
  'APPROVAL-SAME-PASSWORD': {
    retry: 'never',
    text: 'Both gave the same password: {act}. Two people have two.',
    next: 'Nothing was signed. Another second person must sign, or one of the two must be given another password.',
  },
  'APPROVAL-OTHER-STATEMENT': {
    retry: 'never',
    text: 'What was shown is not what would be signed.',
    next: 'Nothing was signed. Open the request again and read it anew.',
  },
  'APPROVAL-SIGNED-ALREADY': {
    retry: 'never',
    text: 'You have signed this already.',
    next: 'Another person must sign too.',
  },
  'APPROVAL-NOT-YOURS': { retry: 'never', text: 'Only who asked can withdraw a request.', next: 'Refuse it instead.' },
  'APPROVAL-OTHER-SUBJECT': {
    retry: 'never',
    text: 'The signature is for something else, or what was signed has changed since.',
    next: 'Nothing was done. Ask for a new signature.',
  },
  'APPROVAL-NOT-GIVEN': {
    retry: 'retry-after-mending',
    text: 'The signature that this needs is missing (the request is {state}).',
    next: 'A second person must sign it first.',
  },
} as const satisfies Record<string, FaultDescription>;
