/** What PC/SC can have against a request. */
export type PcscTrouble =
  /** The smart card service (pcscd) is not there. */
  | 'no-service'
  /** The package that speaks PC/SC is not installed, or does not load. */
  | 'no-package'
  | 'no-reader'
  | 'no-card'
  /** The card went away, or was reset by somebody, in the middle. */
  | 'card-gone'
  | 'mute'
  /** Another program has the card. */
  | 'held'
  /** The child process ended by itself. */
  | 'process-ended'
  /** The request was not answered in time, and its process was ended. */
  | 'deadline'
  | 'refused';

/**
 * Every text of smartcard 3.7.0 (`src/pcsc_errors.h`, and those that it throws itself). The package gives no codes: a test compares
 * this table with the installed package, so that a new version cannot change a text unseen.
 */
export const pcscTroubles: Readonly<Record<string, PcscTrouble>> = {
  Success: 'refused',
  'Operation cancelled': 'refused',
  'Cannot dispose handle': 'refused',
  'Insufficient buffer': 'refused',
  'Invalid ATR': 'mute',
  // The service has forgotten the handle: it was restarted.
  'Invalid handle': 'no-service',
  'Invalid parameter': 'refused',
  'Invalid target': 'refused',
  'Invalid value': 'refused',
  'Not enough memory': 'refused',
  'PC/SC service not running': 'no-service',
  'No smart card present': 'no-card',
  'Reader not ready': 'refused',
  'Transaction failed': 'card-gone',
  'PCI struct too small': 'refused',
  'Protocol mismatch': 'refused',
  'Reader unavailable': 'no-reader',
  'PC/SC service stopped': 'no-service',
  'Sharing violation': 'held',
  'System cancelled operation': 'no-service',
  'Operation timed out': 'refused',
  'Unknown card type': 'mute',
  'Unknown reader': 'no-reader',
  'No readers available': 'no-reader',
  'Communication error': 'no-service',
  'Internal error': 'refused',
  'Card was removed': 'card-gone',
  'Card was reset': 'card-gone',
  'Card is unpowered': 'mute',
  'Card is unresponsive': 'mute',
  'Card is not supported': 'mute',
  'Unknown PC/SC error': 'refused',
  'Context is not valid': 'no-service',
  'Card is not connected': 'card-gone',
};

/** Sorts an error of the package by its text. */
export function pcscTrouble(text: string): PcscTrouble {
  return pcscTroubles[text] ?? 'refused';
}

/** A request that PC/SC did not fulfil; the driver gives it the name that a person reads. */
export class PcscFault extends Error {
  readonly trouble: PcscTrouble;
  readonly reason: string;

  constructor(trouble: PcscTrouble, reason: string) {
    super(`${trouble}: ${reason}`);
    this.name = 'PcscFault';
    this.trouble = trouble;
    this.reason = reason;
  }
}
