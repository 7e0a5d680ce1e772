// Who may import whom: DESIGN section 3 as rules. scripts/import-rules.test.ts plants a violation of each and proves that it bites.
'use strict';

/** Tests may reach further inside src-main (a real journal, a simulator), never across the rules that keep card and host apart. */
const TEST = '\\.test\\.tsx?$|\\.fixture\\.tsx?$|/test-[^/]+\\.ts$|/conformance[a-z-]*\\.ts$';

/** A folder of src-main sees itself, the listed neighbours, platform and src-shared; nothing else of this repository. */
function onlyTo(folder, why, neighbours) {
  const own = `^src-main/${folder}/`;
  return {
    name: `${folder.replaceAll('/', '-')}-imports`,
    comment: why,
    severity: 'error',
    from: { path: own, pathNot: TEST },
    to: {
      path: '^(src-|e2e/|bench/|scripts/)',
      pathNot: [own, '^src-shared/', '^src-main/platform/', ...neighbours.map((neighbour) => `^src-main/${neighbour}`)],
    },
  };
}

/** A native or wire package is known to exactly one place. */
function onlyIn(packageName, places) {
  return {
    name: `package-${packageName.replaceAll(/[@/]/g, '-').replace(/^-/, '')}`,
    comment: `${packageName} is imported in one place only: ${places.join(', ')}`,
    severity: 'error',
    from: { path: '^(src-|bench/)', pathNot: [...places, ...(packageName === 'electron' ? [] : [TEST])] },
    to: { path: `(^|(^|/)node_modules/)${packageName}(/|$)` },
  };
}

const APPROVALS_PORT = 'approvals/port(\\.ts|/)';
const APPROVALS_WITHDRAWN = 'approvals/withdraw-impossible\\.ts';
const KEYS_PORT = 'keys/port(\\.ts|/)';

module.exports = {
  forbidden: [
    // Between the top folders
    {
      name: 'shared-knows-nobody',
      comment: 'src-shared holds types, schemas and pure functions',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { path: '^(src-|e2e/|bench/|scripts/)', pathNot: '^src-shared/' },
    },
    {
      name: 'shared-is-pure',
      comment:
        'no Node, no DOM, no electron, no React in src-shared: only the contract, schema and canonical form packages',
      severity: 'error',
      from: { path: '^src-shared/', pathNot: TEST },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: '(^|/)node_modules/(zod|@orpc/contract|canonicalize)/',
      },
    },
    {
      name: 'protocols-imports',
      comment: 'codecs know bytes and fault codes; ciphers come as an argument',
      severity: 'error',
      from: { path: '^src-shared/protocols/', pathNot: TEST },
      to: { path: '^src-shared/', pathNot: '^src-shared/(protocols|bytes|faults)/' },
    },
    {
      name: 'bytes-imports',
      comment: 'bytes is the ground floor',
      severity: 'error',
      from: { path: '^src-shared/bytes/' },
      to: { path: '^src-shared/', pathNot: '^src-shared/(bytes|faults)/' },
    },
    {
      name: 'main-imports',
      comment: 'src-main knows src-shared; simulators and the CMS are other programs, reached over their wires',
      severity: 'error',
      from: { path: '^src-main/', pathNot: TEST },
      to: { path: '^(src-|e2e/|bench/|scripts/)', pathNot: '^src-(main|shared)/' },
    },
    {
      name: 'cms-imports',
      comment: 'the CMS is its own program: it knows src-shared only',
      severity: 'error',
      from: { path: '^src-cms/' },
      to: { path: '^(src-|e2e/|bench/|scripts/)', pathNot: '^src-(cms|shared)/' },
    },
    {
      name: 'renderer-imports',
      comment: 'the page knows src-shared only',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^(src-|e2e/|bench/|scripts/)', pathNot: '^src-(renderer|shared)/' },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'the page runs in a sandbox',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sim-imports',
      comment: 'the card and printer side is written from the clause, or both ends would share one mistake',
      severity: 'error',
      from: { path: '^src-sim/' },
      to: {
        path: '^(src-|e2e/|bench/|scripts/)',
        pathNot: ['^src-sim/', '^src-shared/(bytes|protocols/apdu|protocols/tlv)/', '^e2e/stations/'],
      },
    },
    {
      name: 'sim-starts-no-test-station',
      comment: 'only the tests of a simulator take the pcscd lock from e2e',
      severity: 'error',
      from: { path: '^src-sim/', pathNot: TEST },
      to: { path: '^e2e/' },
    },
    {
      name: 'e2e-imports',
      comment: 'e2e starts programs and imports no internals',
      severity: 'error',
      from: { path: '^e2e/' },
      to: { path: '^(src-|bench/|scripts/)' },
    },
    {
      name: 'judges-imports',
      comment: 'a second opinion shares nothing with what it judges: Node and the openssl command only',
      severity: 'error',
      from: { path: '^e2e/judges/', pathNot: TEST },
      to: { pathNot: '^e2e/judges/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'nobody-knows-the-tests',
      comment: 'code never imports a test, e2e or bench',
      severity: 'error',
      from: { path: '^src-', pathNot: TEST },
      to: { path: `^(e2e|bench)/|${TEST}` },
    },

    // Inside src-main: pipeline modules know ports, drivers know bytes, the journal knows events, nobody knows the shell
    onlyTo('platform', 'platform is the ground floor of src-main', []),
    onlyTo('shells', 'a shell is a client of the contract', []),
    onlyTo('cli', 'the command line is a client of the contract, over the loopback wire', ['shells/']),
    {
      name: 'api-imports',
      comment: 'handlers call services, never drivers, links, shells or the composition root',
      severity: 'error',
      from: { path: '^src-main/api/', pathNot: TEST },
      to: { path: '^src-main/(devices/[^/]+/drivers/|devices/links/|shells/|cli/|station(/|\\.ts))' },
    },
    onlyTo('production', 'the engine knows ports, not drivers', [
      'preparation/port(\\.ts|/)',
      'verification/',
      'devices/[^/]+/port(\\.ts|/)',
      // Wraps the port and knows no driver.
      'devices/encoder/record-link\\.ts',
      APPROVALS_PORT,
      'sync/lease-port(\\.ts|/)',
      'keys/key-store-port(\\.ts|/)',
      'stock/',
      'journal/',
    ]),
    onlyTo('preparation', 'a plan is made from order, product, layout and acts of the key port', [
      'layout/',
      KEYS_PORT,
      'keys/issuer-certificates\\.ts',
      'keys/icc-key-pool\\.ts',
      'applets/port\\.ts',
    ]),
    onlyTo('verification', 'a verdict is made from plan and read-back', [KEYS_PORT]),
    onlyTo('intake', 'intake verifies, decrypts by the key port and records', ['journal/', KEYS_PORT]),
    onlyTo('sync', 'sync sends what the journal holds', ['journal/']),
    onlyTo('approvals', 'approvals are journal events', ['journal/']),
    onlyTo('keys', 'a key act may need an approval and is an event', [APPROVALS_PORT, APPROVALS_WITHDRAWN, 'journal/']),
    onlyTo('applets', 'a package act may need an approval and is an event', [
      APPROVALS_PORT,
      APPROVALS_WITHDRAWN,
      'journal/',
    ]),
    onlyTo('stock', 'a stock act may need an approval and is an event', [APPROVALS_PORT, 'journal/']),
    onlyTo('backup', 'a backup is an event, signed by a key act; a restore needs an approval', [
      APPROVALS_PORT,
      KEYS_PORT,
      'journal/',
    ]),
    onlyTo('layout', 'a proof needs an approval and is an event', [APPROVALS_PORT, 'journal/']),
    onlyTo('access', 'a user change needs an approval and is an event', [APPROVALS_PORT, 'journal/']),
    onlyTo('journal', 'the journal knows events, not who made them; its export asks for an approval', [APPROVALS_PORT]),
    {
      name: 'journal-approval-only-for-export',
      comment: 'only the export of the log needs an approval',
      severity: 'error',
      from: { path: '^src-main/journal/', pathNot: [TEST, '^src-main/journal/[^/]*export'] },
      to: { path: '^src-main/approvals/' },
    },
    {
      name: 'devices-imports',
      comment:
        'a kind of device knows links, codecs and platform; never production, api, journal or another kind of device',
      severity: 'error',
      from: { path: '^src-main/devices/([^/]+)/', pathNot: TEST },
      to: {
        path: '^src-',
        pathNot: [
          '^src-shared/',
          '^src-main/platform/',
          '^src-main/devices/($1|links)/',
          '^src-main/devices/[^/]+\\.ts$',
        ],
      },
    },
    {
      name: 'links-know-no-device',
      comment: 'a link carries bytes for any device',
      severity: 'error',
      from: { path: '^src-main/devices/links/', pathNot: TEST },
      to: { path: '^src-main/', pathNot: '^src-main/(devices/links|platform)/' },
    },
    {
      name: 'drivers-are-named-by-the-station',
      comment: 'only the composition root names concrete drivers',
      severity: 'error',
      from: { path: '^src-main/', pathNot: [TEST, '^src-main/station(/|\\.ts)', '^src-main/devices/'] },
      to: { path: '^src-main/devices/[^/]+/drivers/' },
    },
    {
      name: 'nobody-knows-the-shell',
      comment: 'the station works without any window or command line',
      severity: 'error',
      from: { path: '^src-main/', pathNot: [TEST, '^src-main/station(/|\\.ts)', '^src-main/(shells|cli)/'] },
      to: { path: '^src-main/(shells|cli)/' },
    },
    {
      name: 'station-is-the-root',
      comment: 'nothing imports the composition root; processes start it by path',
      severity: 'error',
      from: { path: '^src-', pathNot: [TEST, '^src-main/station(/|\\.ts)'] },
      to: { path: '^src-main/station(/|\\.ts)' },
    },

    // Packages
    onlyIn('electron', ['^src-main/shells/electron/']),
    onlyIn('ws', ['^src-main/shells/loopback/']),
    onlyIn('smartcard', ['^src-main/devices/links/']),
    onlyIn('serialport', ['^src-main/devices/links/']),
    onlyIn('usb', ['^src-main/devices/links/']),
    onlyIn('pkcs11js', ['^src-main/keys/']),
    onlyIn('koffi', ['^src-main/keys/']),
    onlyIn('better-sqlite3-multiple-ciphers', ['^src-main/journal/', '^src-cms/store/']),
    onlyIn('sharp', ['^src-main/layout/']),
    onlyIn('fastify', ['^src-cms/']),
    onlyIn('undici', ['^src-main/sync/']),
    onlyIn('commander', ['^src-main/cli/', '^src-(sim|cms)/.*main\\.ts$']),
    onlyIn('@node-rs/argon2', ['^src-main/platform/', '^src-cms/people/']),
    onlyIn('react', ['^src-renderer/']),

    // Everywhere
    {
      name: 'no-circles',
      comment: 'a circle has no order to be read in',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'an import that leads nowhere',
      severity: 'error',
      from: { path: '^(src-|e2e/|bench/)' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-build-package-at-run-time',
      comment: 'what the installed station imports is a dependency (electron brings itself, the page is bundled)',
      severity: 'error',
      from: { path: '^src-(shared|main|cms|sim)/', pathNot: TEST },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        dependencyTypesNot: ['npm', 'npm-optional', 'type-only'],
        pathNot: '(^|/)node_modules/electron/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|release|\\.cache)/' },
    tsPreCompilationDeps: true,
    // Everything here is an ES module; a local function may well be called `require`.
    moduleSystems: ['es6'],
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
