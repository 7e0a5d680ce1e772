import { contract } from '#shared/contract/contract.ts';
import type { RowMeta } from '#shared/contract/row.ts';

interface Row {
  readonly path: readonly string[];
  readonly meta: RowMeta;
}

/** Every row of the contract, walked: a call that is added is tested without anybody naming it here. */
function rowsOf(part: unknown, path: readonly string[] = []): readonly Row[] {
  if (typeof part !== 'object' || part === null) return [];
  const meta = (part as { '~orpc'?: { meta?: RowMeta } })['~orpc']?.meta;
  if (meta !== undefined) return [{ path, meta }];
  return Object.entries(part).flatMap(([name, child]) => rowsOf(child, [...path, name]));
}

export const rows = rowsOf(contract);

/** A batch and a product of each issuer that the walk of the rights knows. */
export const batches = { northbank: 'nb-debit-0001', mercato: 'mc-gift-0001' };
export const products = { northbank: 'emv-debit@1', mercato: 'gift-print@1' };

/** Inputs that reach the handler; ids of the given issuer's batch where the call names one. */
export function inputOf(path: string, issuer: keyof typeof batches): unknown {
  const batch = batches[issuer];
  const known: Readonly<Record<string, unknown>> = {
    'session.logIn': { person: 'nobody', password: 'wrong password' },
    'batches.pull': { batch },
    'batches.list': {},
    'batches.records': { batch, filter: {} },
    'batches.attempts': { batch },
    'approvals.get': { approval: 'none' },
    'approvals.decide': {
      approval: 'none',
      approver: 'sofia',
      password: 'x',
      statementDigest: '',
      verdict: { kind: 'approve' },
    },
    'approvals.withdraw': { approval: 'none' },
    'production.resolve': { line: 'line-1', choice: 'stop-batch' },
    'production.picture': { attempt: 'none', side: 'front' },
    'cards.pass': { attempt: 'none' },
    'cards.quarantine': {},
    'production.trace': { attempt: 'none' },
    'looks.list': {},
    'looks.decide': { attempt: 'none', result: 'good', reasonCode: 'as-proof' },
    'remake.request': { batch, order: 'none', reasonCode: 'not-made' },
    'remake.recall': { attempt: 'none', reasonCode: 'print-faint' },
    'products.show': { product: products[issuer] },
    'products.compare': { before: products[issuer], after: products[issuer] },
    'products.showProfile': { profile: 'contact-online-pin-dda@1' },
    'products.compareProfiles': { before: 'contact-online-pin-dda@1', after: 'contact-offline-pin-cda@1' },
    'products.script': { batch, order: 'none' },
    'products.draft': { item: 'product', name: products[issuer] },
    'products.checkDraft': { item: 'product', content: { id: 'x', version: 1, issuer } },
    'products.draftScript': { item: 'product', content: { id: 'x', version: 1, issuer } },
    'products.saveDraft': { item: 'product', content: { id: 'x', version: 1, issuer } },
    'products.discardDraft': { item: 'product', name: products[issuer] },
    'products.proposeDraft': { item: 'product', name: products[issuer] },
    'stock.requestReceipt': {
      supplier: 'Blanks Ltd',
      supplierReference: 'DN 1',
      lots: [{ lot: 'LOT-northbank-emv-contact-1', kind: 'blank', blankType: 'x', count: 1, environment: 'test' }],
    },
    'stock.requestMove': { packs: [{ lot: 'none', from: 'vault', to: 'line/line-1', count: 1 }] },
    'stock.load': { lot: 'none', line: 'line-1' },
    'stock.useForTest': { lot: 'none', line: 'line-1', count: 1, purpose: 'pairing', fedBy: 'hand' },
    'stock.requestTestUse': { lot: 'none', line: 'line-1', count: 5, purpose: 'cleaning', fedBy: 'hand' },
    'stock.fitRibbon': { lot: 'none', line: 'line-1' },
    'stock.takeOutRibbon': { line: 'line-1' },
    'stock.openCounts': { place: 'vault', items: ['none'] },
    'stock.enterCount': { count: 'none', figure: 1 },
    'stock.abandonCount': { count: 'none', reason: 'none' },
    'stock.requestCountDifference': { count: 'none', reason: 'none' },
    'stock.getDay': { day: 'none' },
    'stock.requestDayClose': { reason: 'none' },
    'stock.requestDestruction': { method: 'shredded', attempts: ['none'], testCards: 0, lots: [], ribbons: [] },
    'stock.certificate': { destruction: 'none' },
    'journal.search': {},
    'journal.requestExport': {},
    'journal.export': { approval: 'none' },
    'devices.requestEnrolment': { device: 'none' },
    'devices.provePairing': { line: 'line-1' },
    'devices.inspectCard': { line: 'line-1', with: { kind: 'nothing' } },
    'devices.exerciseTestCard': { line: 'line-1', batch, order: 'none' },
    'applets.requestProvider': { provider: 'none', title: 'None', publicKey: '00'.repeat(91) },
    'applets.requestImport': { file: 'UEsDBA==', provider: 'none', signature: '00'.repeat(64), dap: [] },
    'applets.requestWithdrawal': { of: 'provider', name: 'none', reason: 'none' },
    'keys.requestGeneration': { usage: 'imk-ac', algorithm: 'TDES-2', issuer, validUntil: null },
    'keys.requestChange': { key: `pan-digest/${issuer}/1`, change: 'retire', reason: 'none' },
    'keys.requestBlockImport': {
      usage: 'imk-ac',
      algorithm: 'TDES-2',
      issuer,
      validUntil: null,
      block: 'B0096E0TX00N0000',
      protectionKey: 'none',
      expectedKcv: null,
    },
    'keys.certificateRequest': {
      key: `pan-digest/${issuer}/1`,
      issuerIdentifier: '9900',
      expires: '2031-12',
      trackingNumber: '000001',
      serial: '000001',
    },
    'keys.requestCertificateImport': {
      key: `pan-digest/${issuer}/1`,
      rid: 'F043575249',
      index: 0xf1,
      certificate: '5a'.repeat(176),
      remainder: '',
    },
    'keys.requestAuthorityImport': {
      rid: 'F043575249',
      index: 0xf2,
      modulus: 'c1'.repeat(176),
      exponent: '03',
      expires: '2035-12',
      hash: '00'.repeat(20),
      environment: 'test',
    },
    'keys.requestCeremony': {
      usage: 'imk-smi',
      algorithm: 'TDES-2',
      issuer,
      validUntil: null,
      custodians: ['kofi', 'karin'],
      leavesUnder: null,
    },
    'keys.ceremony': { ceremony: 'none' },
    'keys.enterDigit': { ceremony: 'none', digit: 1 },
    'keys.clearEntry': { ceremony: 'none' },
    'keys.endEntry': { ceremony: 'none' },
    'keys.confirmValue': { ceremony: 'none', kcv: '000000' },
    'keys.giveUpCeremony': { ceremony: 'none', reason: 'none' },
  };
  const namesBatch = rows.find((row) => row.path.join('.') === path)?.meta.scope?.kind === 'batch';
  return known[path] ?? (namesBatch ? { batch } : {});
}
