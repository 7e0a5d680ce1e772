import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { findTlv, readTlvs } from './card-tlv.ts';
import type { CardTlv } from './card-tlv.ts';
import { contactEnvironment } from './own-directory.ts';
import type { ApplicationRules } from './personalisation-session.ts';
import { RecordApplication } from './record-application.ts';
import { StatusError } from './status-word.ts';

/**
 * A payment system environment as an application of its own, PSE or PPSE by its name, that was personalised by STORE DATA: the answer
 * to SELECT is 9102, the contact one has records 01RR in the file that 88 names. EMV Book 1 v4.4 §12.2, EMV Book B v2.11 §3.3.1.
 */
export class DirectoryApplication extends RecordApplication {
  /** READ RECORD of the directory file only; a proximity environment has none. */
  protected override readRecord(command: CardCommand): Uint8Array {
    const template = this.personalised('9102') ?? new Uint8Array();
    const [file] = findTlv(template, 0x88)?.value ?? [];
    if ((command.p2 & 0x07) === 0x04 && command.p2 >> 3 !== file) throw new StatusError('notFound');
    return super.readRecord(command);
  }
}

/** What a directory application of a name takes: 9102 and, for the contact side, directory records. */
export function directoryRules(name: Uint8Array): ApplicationRules {
  const isContact = equalBytes(name, contactEnvironment);
  return {
    knows: (id) => id === '9102' || (isContact && /^0[1-9a]/.test(id) && !id.endsWith('00')),
    checkComplete: (groupings) => {
      const template = groupings['9102'];
      if (template === undefined) throw new StatusError('conditionsNotSatisfied');
      if (isContact) checkContact(fromHex(template), groupings);
      else if (!entriesFit(readTlvs(findTlv(fromHex(template), 0xbf0c)?.value ?? new Uint8Array()))) {
        throw new StatusError('wrongData');
      }
    },
  };
}

/** 88 names a file of 1 to 10; its records count up from 1 and hold directory entries 61 only. EMV Book 1 v4.4 §12.2.2, §12.2.3. */
function checkContact(template: Uint8Array, groupings: Readonly<Record<string, string>>): void {
  const [file = 0, ...more] = findTlv(template, 0x88)?.value ?? [];
  if (file < 1 || file > 10 || more.length > 0) throw new StatusError('wrongData');
  const prefix = file.toString(16).padStart(2, '0');
  const records = Object.keys(groupings)
    .filter((id) => id !== '9102')
    .sort();
  if (records.length === 0) throw new StatusError('conditionsNotSatisfied');
  records.forEach((id, at) => {
    const inner = readTlvs(fromHex(groupings[id] ?? ''))?.[0]?.value ?? new Uint8Array();
    const isNext = id === prefix + (at + 1).toString(16).padStart(2, '0');
    if (!isNext || !entriesFit(readTlvs(inner))) throw new StatusError('wrongData');
  });
}

/** One or more directory entries 61, each with the name 4F of an application, 5 to 16 bytes. EMV Book 1 v4.4 §12.2.3. */
function entriesFit(entries: readonly CardTlv[] | undefined): boolean {
  if (entries === undefined || entries.length === 0) return false;
  return entries.every(({ tag, value }) => {
    const length = readTlvs(value)?.find((each) => each.tag === 0x4f)?.value.length ?? 0;
    return tag === 0x61 && length >= 5 && length <= 16;
  });
}
