import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { CardAnswer, CardApplication } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import { writeTlv } from './card-tlv.ts';
import type { ApplicationState } from './chip-state.ts';
import { StatusError, statusWords } from './status-word.ts';

/**
 * An application that is selected and whose records are read, and nothing more; it never changes the chip. Written from EMV Book 1 v4.4
 * (selection) and Book 3 v4.4 (READ RECORD).
 */
export class RecordApplication implements CardApplication {
  protected readonly application: ApplicationState;

  constructor(application: ApplicationState) {
    this.application = application;
  }

  /** The answer to SELECT. EMV Book 1 v4.4 §11.3.4 table 8. */
  select(): CardAnswer {
    const template = this.personalised('9102') ?? writeTlv(0xa5);
    return { data: writeTlv(0x6f, writeTlv(0x84, fromHex(this.application.aid)), template), sw: statusWords.ok };
  }

  ownsSecureMessaging(_command: CardCommand): boolean {
    return false;
  }

  /** READ RECORD and nothing else. */
  perform(command: CardCommand): Uint8Array {
    if (command.ins !== 0xb2) throw new StatusError('instructionNotSupported');
    needClass(command, 0x00);
    return this.readRecord(command);
  }

  /** READ RECORD by short file identifier; records may be read before the processing options. EMV Book 3 v4.4 §6.5.11. */
  protected readRecord(command: CardCommand): Uint8Array {
    if ((command.p2 & 0x07) !== 0x04 || command.p1 === 0) throw new StatusError('wrongParameters');
    if (command.data.length > 0) throw new StatusError('wrongLength');
    const file = command.p2 >> 3;
    if (file === 0 || file > 30) throw new StatusError('wrongParameters');
    const record = this.personalised(toHex(Uint8Array.of(file, command.p1)));
    if (record !== undefined) return record;
    const prefix = toHex(Uint8Array.of(file));
    const exists = Object.keys(this.application.groupings).some((id) => id.startsWith(prefix));
    throw new StatusError(exists && this.application.lifeCycle === 0x0f ? 'recordNotFound' : 'notFound');
  }

  protected personalised(id: string): Uint8Array | undefined {
    const { lifeCycle, groupings } = this.application;
    const text = groupings[id];
    return lifeCycle === 0x0f && text !== undefined ? fromHex(text) : undefined;
  }
}
