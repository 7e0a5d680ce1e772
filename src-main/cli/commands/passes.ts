import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { PassView } from '#shared/contract/views/card-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { readPass, signedPass, type PassCertificate } from '#shared/journal-format/pass-certificate.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { passIsSigned } from '../pass-signature.ts';
import { table } from '../table.ts';

export interface PassShown extends CommonOptions {
  /** Where certificate and signature are written to, for whoever checks them. */
  readonly save?: string;
  /** Where the station's public key is written to, as PEM. */
  readonly saveKey?: string;
}

/** The certificate in lines for people. */
function linesOf(pass: PassCertificate): readonly string[] {
  const checks = pass.parts.flatMap(({ part, checks: done }) =>
    done.map(({ application, name, clause, outcome }) => [part, application ?? '-', name, outcome, clause]),
  );
  return [
    `Card ${pass.attempt} of order ${pass.order}, batch ${pass.batch}, ${pass.product} (${pass.environment})`,
    `PAN ${pass.maskedPan ?? '-'}, chip ${pass.chipSerial ?? '-'}, lot ${pass.lot}, line ${pass.line}, attempt ${pass.number}`,
    `Made at ${pass.station}, ${pass.time}, journal entry ${pass.entry.sequence}`,
    ...pass.parts.flatMap(({ part, transactionCounter }) =>
      transactionCounter === null ? [] : [`Transaction counter of the ${part} after its proof: ${transactionCounter}`],
    ),
    table(['PART', 'APPLICATION', 'CHECK', 'OUTCOME', 'BY'], checks),
    ...(pass.keys.length === 0
      ? []
      : [
          table(
            ['KEY', 'KCV'],
            pass.keys.map(({ name, kcv }) => [name, kcv]),
          ),
        ]),
  ];
}

function save({ signed, signingKey }: PassView, { save: to, saveKey }: PassShown): readonly string[] {
  const said: string[] = [];
  if (to !== undefined) {
    write(to, `${JSON.stringify(signed)}\n`);
    said.push(`Certificate and signature: ${to}`);
  }
  if (saveKey !== undefined) {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', ...signingKey }, format: 'jwk' });
    write(saveKey, key.export({ type: 'spki', format: 'pem' }));
    said.push(`Public key: ${saveKey}`);
  }
  return said;
}

/** Shows the pass certificate of a card, its signature checked by the station; 5 when that is wrong. */
export function showPass(card: string, options: PassShown, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station, terminal }) => {
    const view = await station.cards.pass({ attempt: card });
    const right = view.signature === 'right';
    const now = view.disposition === 'good' ? [] : [`The card is good no more: ${view.disposition}.`];
    const signature = right ? terminal.paint('good', 'right') : terminal.paint('bad', 'WRONG');
    return {
      value: view,
      text: [...linesOf(view.certificate), `Signature: ${signature}`, ...now, ...save(view, options)].join('\n'),
      code: right ? exitCodes.done : exitCodes.journalBroken,
    };
  });
}

/** Checks a saved certificate with the station's public key alone, no station running; 5 when the signature is wrong. CLI-FILE-READ, CLI-NO-PASS, CLI-NO-KEY. */
export function verifyPass(file: string, options: { readonly key: string }): CommandOutcome {
  const signed = signedPass.safeParse(parsed(read(file)));
  const content = signed.success ? readPass(signed.data.certificate) : null;
  if (!signed.success || content === null) throw new StationFault('CLI-NO-PASS', { file });
  const right = passIsSigned(signed.data, { file: options.key, text: read(options.key) });
  return {
    value: { certificate: content, signature: right ? 'right' : 'wrong' },
    text: [...linesOf(content), `Signature: ${right ? 'right' : 'WRONG'}`].join('\n'),
    code: right ? exitCodes.done : exitCodes.journalBroken,
  };
}

function write(file: string, content: string | Buffer): void {
  try {
    writeFileSync(file, content, { flag: 'wx' });
  } catch (cause) {
    throw new StationFault('CLI-FILE', { file, reason: (cause as NodeJS.ErrnoException).code ?? 'unknown' }, cause);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StationFault(
      'CLI-FILE-READ',
      { file, reason: (cause as NodeJS.ErrnoException).code ?? 'unknown' },
      cause,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
