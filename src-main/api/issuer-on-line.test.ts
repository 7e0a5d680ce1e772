import { expect, it } from 'vitest';
import { issuerOnLine } from './issuer-on-line.ts';
import type { Services } from './services.ts';

const issuers: Readonly<Record<string, string>> = { 'mc-1': 'mercato', 'nb-1': 'northbank' };

function services(state: object, current: string | null): Services {
  return {
    production: {
      lines: [{ configuration: { line: 'line-1' }, runner: { state } }],
      currentBatch: current === null ? null : { batch: current, mode: 'running' },
    },
    journal: { projections: { batches: { find: (batch: string) => ({ issuer: issuers[batch] }) } } },
  } as unknown as Services;
}

it('names the issuer of the card in the machine, also when another batch is the current one or none is', () => {
  const asking = { kind: 'asking', job: { batch: 'mc-1' } };
  expect(issuerOnLine('line-1', services(asking, 'nb-1'))).toBe('mercato');
  expect(issuerOnLine('line-1', services(asking, null))).toBe('mercato');
});

it('names the issuer of the current batch where a line has no card, and nobody where there is no batch', () => {
  expect(issuerOnLine('line-1', services({ kind: 'asking', job: null }, 'nb-1'))).toBe('northbank');
  expect(issuerOnLine('line-1', services({ kind: 'idle' }, 'nb-1'))).toBe('northbank');
  expect(issuerOnLine('line-1', services({ kind: 'idle' }, null))).toBe(null);
});
