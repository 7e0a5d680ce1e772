/** How long a wait may take, in milliseconds from now, and who may end it sooner. */
export interface Wait {
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Why a link did not do what was asked; the driver gives it the name that a person reads. */
export type LinkTrouble =
  /** The other end, or the wire, is gone: nothing more will come. */
  | 'closed'
  /** Nothing came, or nothing was taken, in time. */
  | 'deadline'
  /** An answer began and did not end. */
  | 'cut'
  /** More came without an end than an answer can have. */
  | 'overlong';

/** Trouble of a link. `reason` is for people who look after the station; it holds no data. */
export class LinkFault extends Error {
  readonly trouble: LinkTrouble;
  readonly reason: string;

  constructor(trouble: LinkTrouble, reason: string, cause?: unknown) {
    super(`${trouble}: ${reason}`, cause === undefined ? undefined : { cause });
    this.name = 'LinkFault';
    this.trouble = trouble;
    this.reason = reason;
  }
}

/** How an answer ends on this link. */
export interface AnswerForm {
  readonly terminator: number;
  /** Most bytes before the terminator. */
  readonly limit: number;
  /** Longest pause within an answer that has begun, in milliseconds. */
  readonly gap: number;
}

/**
 * One open link to a device that takes bytes and answers in bytes. Opened by an `OpenLink`, used once, never opened again.
 *
 * Waits end at their deadline with LinkFault `deadline`, at the signal with the signal's reason, and with LinkFault `closed`
 * when the link ends; after any of them what is under way on the wire is unknown.
 */
export interface ByteLink {
  /** Where it leads, for people: `192.0.2.7:9100`, `/dev/ttyUSB0`. */
  readonly place: string;
  /** Whether closing it takes what the device has yet to say with it: a connection does, a line does not. */
  readonly nature: 'connection' | 'line';
  /** Bytes a second that the wire carries; null where no figure is set. */
  readonly speed: number | null;
  readonly state: 'open' | 'closed';
  /** Resolves with the reason when the link has ended, whoever ended it. */
  readonly closed: Promise<string>;
  /** Resolves when the transport has taken the bytes and can take more. */
  write(bytes: Uint8Array, wait: Wait): Promise<void>;
  /** The bytes up to the next terminator, which is taken off and not returned. Bytes that came before the link closed are still returned. */
  readUntil(form: AnswerForm, wait: Wait): Promise<Uint8Array>;
  /** Exactly so many bytes, for devices that say a length first. */
  readExactly(count: number, wait: Wait): Promise<Uint8Array>;
  /** Takes what has arrived and nobody read. */
  takeReceived(): Uint8Array;
  /** Ends the link; never rejects. */
  close(): Promise<void>;
}

/** Opens a link to a device; LinkFault `closed` when it cannot be reached, `deadline` when it does not answer in time. */
export type OpenLink = (wait: Wait) => Promise<ByteLink>;
