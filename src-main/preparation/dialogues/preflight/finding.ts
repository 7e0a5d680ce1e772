import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import type { PreflightResult } from '../../port.ts';

/** One thing about a blank that is not as the product expects, in words. */
export type Finding = PreflightResult['findings'][number];

/** Makes a finding; `item` in capitals is the last part of its code. */
export function found(item: string, text: string): Finding {
  return { code: `PREFLIGHT-${item}`, item, text };
}

/** A status word with its meaning. */
export function statusInWords({ statusWord }: ResponseApdu): string {
  return `${formatStatus(statusWord)} (${describeStatus(statusWord).text})`;
}

/** What was read, or the finding that it cannot be; any fault but a parser's goes on. */
export function readOrFind<Value>(
  item: string,
  what: string,
  parse: () => Value,
):
  | { readonly value: Value; readonly findings: readonly [] }
  | { readonly value: null; readonly findings: readonly [Finding] } {
  try {
    return { value: parse(), findings: [] };
  } catch (thrown) {
    if (!(thrown instanceof StationFault) || isFault(thrown, 'CARD-GONE')) throw thrown;
    return { value: null, findings: [found(item, `${what} cannot be read`)] };
  }
}
