import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { builtInApplication, directoryModule } from './built-in-content.ts';
import { parseCommand } from './card-command.ts';
import { DirectoryApplication, directoryRules } from './directory-application.ts';
import { tlv } from './hand-written-issuer.ts';
import { contactEnvironment, proximityEnvironment } from './own-directory.ts';
import { StatusError } from './status-word.ts';

const entry = (aid: string): string => tlv('61', tlv('4F', aid) + '500454455354' + '870101');
const entries = entry('F04357524947485401') + entry('F04357524947485402');
const contact = { '9102': 'A503880101', '0101': tlv('70', entries) };
const proximity = { '9102': tlv('A5', tlv('BF0C', entries)) };

/** Whether the last block is taken: 9000, or the status word. */
function outcome(name: Uint8Array, groupings: Readonly<Record<string, string>>): string {
  try {
    directoryRules(name).checkComplete(groupings);
    return '9000';
  } catch (refusal) {
    if (!(refusal instanceof StatusError)) throw refusal;
    return refusal.sw.toString(16).toUpperCase();
  }
}

test('a contact directory names its file and has records of entries from 1 on; a proximity one lies in its template', () => {
  expect([
    outcome(contactEnvironment, contact),
    outcome(contactEnvironment, { ...contact, '0102': tlv('70', entry('A00000000310')) }),
    outcome(proximityEnvironment, proximity),
    outcome(contactEnvironment, {}),
    outcome(contactEnvironment, { '9102': contact['9102'] }),
    outcome(contactEnvironment, { '0101': contact['0101'] }),
    outcome(contactEnvironment, { ...contact, '9102': 'A50388010B' }),
    outcome(contactEnvironment, { ...contact, '0103': contact['0101'] }),
    outcome(contactEnvironment, { ...contact, '0201': contact['0101'] }),
    outcome(contactEnvironment, { ...contact, '0101': tlv('70', tlv('61', '4F04A0000000')) }),
    outcome(contactEnvironment, { ...contact, '0101': '7000' }),
    outcome(proximityEnvironment, { '9102': 'A503880101' }),
    outcome(proximityEnvironment, { '9102': 'A503BF0C00' }),
  ]).toEqual(['9000', '9000', '9000', '6985', '6985', '6985', ...Array<string>(7).fill('6A80')]);
  const { knows } = directoryRules(proximityEnvironment);
  expect(
    ['9102', '0101', '9104', '8000'].map((id) => [knows(id), directoryRules(contactEnvironment).knows(id)]),
  ).toEqual([
    [true, true],
    [false, true],
    [false, false],
    [false, false],
  ]);
});

function applicationOf(name: Uint8Array, groupings: Readonly<Record<string, string>>): DirectoryApplication {
  const state = builtInApplication(toHex(name), directoryModule);
  state.groupings = { ...groupings };
  state.lifeCycle = 0x0f;
  return new DirectoryApplication(state);
}

function answers(application: DirectoryApplication, commands: readonly string[]): readonly string[] {
  return commands.map((command) => {
    try {
      const parsed = parseCommand(fromHex(command));
      return parsed === undefined ? '6700' : toHex(application.perform(parsed)).toUpperCase();
    } catch (refusal) {
      if (!(refusal instanceof StatusError)) throw refusal;
      return refusal.sw.toString(16).toUpperCase();
    }
  });
}

test('is read as a terminal reads it', () => {
  const pse = applicationOf(contactEnvironment, contact);
  expect(toHex(pse.select().data).toUpperCase()).toBe(
    tlv('6F', `840E${toHex(contactEnvironment)}${contact['9102']}`.toUpperCase()),
  );
  expect(answers(pse, ['00B2010C00', '00B2020C00', '00B2011400', '00B2010D00', '80A8000002830000'])).toEqual([
    contact['0101'],
    '6A83',
    '6A82',
    '6A86',
    '6D00',
  ]);
  const ppse = applicationOf(proximityEnvironment, proximity);
  expect(toHex(ppse.select().data).toUpperCase()).toBe(
    tlv('6F', `840E${toHex(proximityEnvironment)}${proximity['9102']}`.toUpperCase()),
  );
  expect(answers(ppse, ['00B2010C00'])).toEqual(['6A82']);
});
