import fc from 'fast-check';
import { lengthByte } from './hand-written-issuer.ts';
import { cdol1, cdol2, PaymentTerminal, valuesFor } from './payment-card.ts';
import { trainingCard } from './training-card.ts';

const hexadecimal = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Commands of the right form with any content. */
const formed = fc
  .tuple(
    fc.constantFrom('00', '80', '84', '8C', '04', '0C', '90', 'FF'),
    fc.constantFrom(
      'A4',
      'A8',
      'AE',
      'CA',
      'B2',
      '84',
      '88',
      '82',
      '20',
      '16',
      '18',
      '1E',
      '24',
      'DA',
      'DC',
      'E2',
      '50',
    ),
    fc.constantFrom('00', '01', '04', '40', '80', '90', '9F', 'FF'),
    fc.constantFrom('00', '02', '0C', '36', '80', '88', 'FF'),
    fc.uint8Array({ maxLength: 60 }).map(hexadecimal),
    fc.constantFrom('', '00', '08'),
  )
  .map(([cla, ins, p1, p2, data, le]) => cla + ins + p1 + p2 + (data === '' ? '' : lengthByte(data)) + data + le);

/** Commands that bring a transaction on. */
const known = fc.constantFrom(
  `00A4040009${trainingCard.aid}00`,
  '80A800000683041122334400',
  `80AE8000${lengthByte(valuesFor(cdol1))}${valuesFor(cdol1)}00`,
  `80AE4000${lengthByte(valuesFor(cdol2))}${valuesFor(cdol2)}00`,
  '0084000000',
  '0020008008241235FFFFFFFFFF',
  '841E0000080011223344556677',
);

/** What anybody may send to a card in one go: real commands, nearly real ones, and noise. */
export const commandSequences = fc.array(fc.oneof(formed, known, fc.uint8Array({ maxLength: 300 }).map(hexadecimal)), {
  maxLength: 25,
});

/** What a refused command must leave as it is: all but tries of the PIN and what is remembered of a failed script. */
function steady(terminal: PaymentTerminal): string {
  const { payment, ...rest } = terminal.application;
  const kept = payment?.flags.filter((flag) => flag !== 'script-failed') ?? [];
  const { pinTries = 3, offlineTransactions = 0, lastOnlineCounter = 0, scriptCommands = 0 } = payment ?? {};
  return JSON.stringify([rest, pinTries, offlineTransactions, lastOnlineCounter, scriptCommands, kept]);
}

/** Sends a sequence to a new card; throws where an answer is none, or a refusal changed what it must not. */
export function checkSequence(commands: readonly string[]): void {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  for (const command of commands) {
    const before = steady(terminal);
    const answer = terminal.send(command);
    if (!/(9000|6[1-9A-F][0-9A-F]{2})$/.test(answer)) throw new Error(`${command} is answered ${answer}`);
    const isRefused = answer.length === 4 && answer.startsWith('6') && !answer.startsWith('63C');
    if (isRefused && steady(terminal) !== before) throw new Error(`${command}, answered ${answer}, changed the card`);
  }
}
