import { ascii, concatBytes, equalBytes } from '#shared/bytes/bytes.ts';
import { cryptogramKeyOf, responseCryptogram1, responseCryptogram2 } from './card-cryptogram.ts';
import type { CardCommand } from './card-command.ts';
import type { PaymentData } from './payment-data.ts';
import { authenticatesExternally } from './payment-transaction.ts';
import type { IssuerAuthentication, Transaction } from './payment-transaction.ts';
import { StatusError } from './status-word.ts';

/** Response codes of method 1 by which an issuer approves. EMV Book 4 v4.4 Annex A6, ISO 8583:1987 field 39. */
const approvals = ['00', '10', '11'].map(ascii);

/**
 * Checks issuer authentication data against the request cryptogram: 10 bytes are a response cryptogram of method 1 and the response code,
 * 8, 9 or 11 to 16 one of method 2 with card status update and proprietary data. EMV Book 2 v4.4 §8.2, CCD §8.2.2.
 */
export function authenticateIssuer(key: Uint8Array, request: Uint8Array, data: Uint8Array): IssuerAuthentication {
  if (data.length < 8 || data.length > 16) return { outcome: 'failed' };
  if (data.length === 10) {
    const code = data.slice(8);
    if (!equalBytes(responseCryptogram1(key, request, code), data.slice(0, 8))) return { outcome: 'failed' };
    const approved = approvals.some((each) => equalBytes(each, code));
    return { outcome: 'passed', approval: approved ? 'approved' : 'declined', update: undefined };
  }
  const update = data.slice(4, 8);
  const proprietary = ((update[0] ?? 0) & 0x80) !== 0 ? data.slice(8) : new Uint8Array();
  const right = responseCryptogram2(key, request, concatBytes(update, proprietary));
  if (!equalBytes(right, data.slice(0, 4))) return { outcome: 'failed' };
  return { outcome: 'passed', approval: ((update[1] ?? 0) & 0x80) !== 0 ? 'approved' : 'declined', update };
}

/**
 * EXTERNAL AUTHENTICATE: once a transaction, after a request cryptogram and before the second GENERATE AC, and only where
 * the AIP says so. 6300 where the issuer is not proven; what it says takes effect with the second cryptogram. EMV Book 3 v4.4 §6.5.4.
 */
export function externalAuthenticate(
  data: PaymentData,
  transaction: Transaction | undefined,
  command: CardCommand,
): void {
  if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
  if (command.data.length < 8 || command.data.length > 16) throw new StatusError('wrongLength');
  const masterKey = data.masterKey('cryptogram');
  const { first, second, external } = transaction ?? {};
  const waits = first?.kind === 'arqc' && second === undefined && external === undefined;
  if (transaction === undefined || !waits || masterKey === undefined) throw new StatusError('conditionsNotSatisfied');
  if (!authenticatesExternally(transaction.options)) throw new StatusError('conditionsNotSatisfied');
  transaction.external = authenticateIssuer(cryptogramKeyOf(masterKey, data.counter), first.cryptogram, command.data);
  if (transaction.external.outcome === 'failed') throw new StatusError('authenticationFailed');
}
