import type { NewEvent } from './port.ts';

const station = { kind: 'station' } as const;
const appletProvider = {
  provider: 'acme',
  title: 'Acme Applets',
  algorithm: 'RSA',
  publicKey: '30'.repeat(294),
  fingerprint: 'f'.repeat(64),
  environment: 'test',
} as const;

/** Events of the station itself: created, started, people, keys, devices, two lines, a lot. */
export function firstStart(signingKey: { readonly x: string; readonly y: string }): readonly NewEvent[] {
  const base = { actor: station, issuer: null, subjects: {} } as const;
  const people = (
    [
      ['olga', 'operator', 'all'],
      ['oscar', 'operator', ['northbank']],
      ['sara', 'supervisor', 'all'],
      ['simon', 'supervisor', 'all'],
      ['ada', 'administrator', 'all'],
    ] as const
  ).flatMap(([name, role, issuers]): readonly NewEvent[] => [
    {
      ...base,
      kind: 'person.created',
      subjects: { person: name },
      payload: {
        person: name,
        displayName: name.toUpperCase(),
        roles: [role],
        issuers: issuers === 'all' ? 'all' : [...issuers],
        environment: 'test',
      },
    },
    { ...base, kind: 'person.password-set', subjects: { person: name }, payload: { person: name } },
  ]);
  const lines = ['line-1', 'line-2'].flatMap((line, at): readonly NewEvent[] => [
    {
      ...base,
      kind: 'device.enrolled',
      subjects: { device: `printer-${at}` },
      payload: {
        device: `printer-${at}`,
        kind: 'printer',
        serial: `P${at}`,
        model: 'virtual',
        link: `network 127.0.0.1:${at + 1}`,
        environment: 'test',
        approval: 'none',
      },
    },
    {
      ...base,
      kind: 'line.configured',
      subjects: { line },
      payload: { line, printer: `printer-${at}`, reader: `reader-${at}`, title: `Line ${at + 1}` },
    },
    {
      ...base,
      kind: 'line.pairing-proven',
      subjects: { line },
      payload: { line, printer: `printer-${at}`, reader: `reader-${at}` },
    },
  ]);
  return [
    {
      ...base,
      kind: 'station.created',
      payload: { mode: 'training', version: '0.1.0', signingKey: { ...signingKey } },
    },
    { ...base, kind: 'station.started', payload: { version: '0.1.0', mode: 'training', bootLogHead: null } },
    { ...base, kind: 'station.unsealed', payload: { people: ['sara', 'simon'], environment: 'test' } },
    ...people,
    {
      ...base,
      kind: 'key.made',
      payload: {
        name: 'station-signing/1',
        usage: 'station-signing',
        algorithm: 'EC-P256',
        kcv: 'a1b2c3',
        environment: 'test',
      },
    },
    {
      ...base,
      kind: 'product.put-into-production',
      payload: { item: 'profile', name: 'first@1', digest: 'ab'.repeat(32), content: { id: 'first', version: 1 } },
    },
    {
      ...base,
      kind: 'product-draft.saved',
      payload: { item: 'profile', name: 'first@2', digest: 'cd'.repeat(32), content: { id: 'first', version: 2 } },
    },
    {
      ...base,
      kind: 'product-draft.proposed',
      payload: { approval: 'a-draft', item: 'profile', name: 'first@2', digest: 'cd'.repeat(32) },
    },
    {
      ...base,
      kind: 'scheme-authority.imported',
      payload: {
        rid: 'f043575249',
        index: 0xf1,
        modulus: 'c1'.repeat(248),
        exponent: '03',
        expires: '2040-12',
        checkSum: 'ab'.repeat(20),
        environment: 'test',
      },
    },
    {
      ...base,
      kind: 'issuer-certificate.requested',
      issuer: 'northbank',
      subjects: { key: 'issuer-rsa/northbank/1' },
      payload: {
        issuerIdentifier: '9900',
        expires: '2031-12',
        trackingNumber: '000001',
        serial: '000001',
        hash: 'cd'.repeat(20),
        environment: 'test',
      },
    },
    {
      ...base,
      kind: 'issuer-certificate.imported',
      issuer: 'northbank',
      subjects: { key: 'issuer-rsa/northbank/1' },
      payload: {
        rid: 'f043575249',
        index: 0xf1,
        issuerIdentifier: '9900',
        serial: '000001',
        expires: '2031-12',
        certificate: '5a'.repeat(248),
        remainder: '',
        exponent: '03',
        modulus: 'd1'.repeat(176),
        environment: 'test',
      },
    },
    {
      ...base,
      kind: 'applet.requested',
      subjects: { applet: 'applet-provider/acme', approval: 'ap-applet' },
      payload: { approval: 'ap-applet', request: { kind: 'provider', ...appletProvider } },
    },
    { ...base, kind: 'applet.provider-imported', subjects: { provider: 'acme' }, payload: appletProvider },
    {
      ...base,
      kind: 'applet.package-imported',
      subjects: { package: 'e'.repeat(64) },
      payload: {
        hash: 'e'.repeat(64),
        aid: 'f04357524947485400',
        version: '1.0',
        name: null,
        provider: 'acme',
        applets: ['f0435752494748540001'],
        bytes: 900,
        loadFileBytes: 700,
        signature: 'ab'.repeat(64),
        dap: [],
        environment: 'test',
      },
    },
    {
      ...base,
      kind: 'key.pool-taken',
      payload: { bits: 1152, exponent: 3, fingerprint: 'c'.repeat(64), source: 'pool' },
    },
    ...lines,
    {
      ...base,
      kind: 'lot.received',
      subjects: { lot: 'lot-1' },
      payload: { blankType: 'emv', count: 200, environment: 'test' },
    },
    { ...base, kind: 'lot.loaded', subjects: { lot: 'lot-1', line: 'line-1' }, payload: { line: 'line-1' } },
    { ...base, kind: 'lot.loaded', subjects: { lot: 'lot-1', line: 'line-2' }, payload: { line: 'line-2' } },
    { ...base, kind: 'session.refused', payload: { person: 'olga', reason: 'password' } },
    { ...base, kind: 'session.opened', payload: { person: 'olga', client: 'window' } },
  ];
}
