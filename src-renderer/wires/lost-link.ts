/** The station did not answer: its connection closed, or a call passed its deadline. Whether the call took effect is not known. */
export class LostLink extends Error {
  readonly reason: 'closed' | 'deadline';

  constructor(reason: 'closed' | 'deadline') {
    super(`the station does not answer (${reason})`);
    this.name = 'LostLink';
    this.reason = reason;
  }
}
