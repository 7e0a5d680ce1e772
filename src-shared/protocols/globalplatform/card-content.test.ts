import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { fuzz, shortEffort } from '../fuzz.fixture.ts';
import { cardDataObject, getCardData, getStatus, setStatus, statusScope } from './card-commands.ts';
import { parseCardNumber, parseCardRecognitionData } from './card-recognition-data.ts';
import { parseCardResources } from './card-resources.ts';
import { contentSamples } from './content-samples.fixture.ts';
import { deleteContent } from './delete-commands.ts';
import {
  installForExtradition,
  installForInstall,
  installForLoad,
  installForMakeSelectable,
  installForPersonalization,
  installForRegistryUpdate,
} from './install-commands.ts';
import { encodeLoadFile, planLoad } from './load-blocks.ts';
import { decodePrivileges, encodePrivileges, privilegeNames } from './privileges.ts';
import { parseOldRegistryEntries, parseRegistryEntries } from './registry-entry.ts';

const aid = fromHex('a0000000031010');
const domain = fromHex('a000000151000000');

describe('INSTALL', () => {
  it.each([
    [
      'for load, as GPShell loads a package (configure_gpshell trace)',
      installForLoad({ loadFile: fromHex('A00000030800001000'), securityDomain: domain, codeSpace: 0x68f8 }),
      '80e602001c09a0000003080000100008a0000001510000000006ef04c60268f80000',
    ],
    [
      'for load, as another host does (nexum trace)',
      installForLoad({ loadFile: fromHex('53746174757357616C6C6574'), securityDomain: domain }),
      '80e60200190c53746174757357616c6c657408a00000015100000000000000',
    ],
    [
      'for install and make selectable, with an empty C9 (PPSE, pyResMan script)',
      installForInstall(
        {
          loadFile: fromHex('A00000000316'),
          module: fromHex('A0000000031650'),
          application: fromHex('325041592E5359532E4444463031'),
          privileges: [],
          parameters: new Uint8Array(0),
        },
        'make-selectable',
      ),
      '80e60c002406a0000000031607a00000000316500e325041592e5359532e4444463031010002c9000000',
    ],
    [
      'for install and make selectable, with parameters and two privileges (payment card trace)',
      installForInstall(
        {
          loadFile: fromHex('A0000000180F000001833032'),
          module: fromHex('A0000000180F0000018303'),
          application: fromHex('A0000000041010'),
          privileges: ['card-lock', 'cvm-management'],
          parameters: fromHex('1100010500'),
        },
        'make-selectable',
      ),
      '80e60c002c0ca0000000180f0000018330320ba0000000180f000001830307a0000000041010011207c9051100010500' + '0000',
    ],
    [
      'for install only, with memory demands of 2 and of 4 bytes and three bytes of privileges',
      installForInstall(
        {
          loadFile: aid,
          module: aid,
          application: aid,
          privileges: ['security-domain', 'trusted-path', 'authorized-management'],
          parameters: fromHex('0102'),
          volatileSpace: 0x0100,
          nonVolatileSpace: 0x8000,
        },
        'nothing',
      ),
      `80e604002e${'07a0000000031010'.repeat(3)}0380c00010c9020102ef0ac7020100c80400008000` + '0000',
    ],
    ['for make selectable', installForMakeSelectable(aid), '80e608000e000007a000000003101001000000' + '00'],
    ['for extradition', installForExtradition(aid, domain), '80e610001508a0000001510000000007a000000003101000000000'],
    [
      'for registry update of privileges',
      installForRegistryUpdate(aid, { privileges: ['card-reset'] }),
      '80e640000e000007a00000000310100104000000',
    ],
    ['for personalization', installForPersonalization(aid), '80e620000d000007a000000003101000000000'],
  ])('%s', (_, command, bytes) => {
    expect(toHex(encodeCommand(command))).toBe(bytes);
  });
  it('refuses AIDs that are none', () => {
    for (const length of [0, 4, 17]) {
      expect(() => installForLoad({ loadFile: new Uint8Array(length) })).toThrow(
        expect.objectContaining({ code: 'CARD-APDU' }),
      );
    }
  });
});

describe('DELETE, GET STATUS, SET STATUS', () => {
  it.each([
    [deleteContent({ kind: 'application', aid }), '80e40000094f07a000000003101000'],
    [deleteContent({ kind: 'load-file', aid, related: 'kept' }), '80e40000094f07a000000003101000'],
    [deleteContent({ kind: 'load-file', aid, related: 'deleted' }), '80e40080094f07a000000003101000'],
    [deleteContent({ kind: 'key', identifier: 1, version: 0x30 }), '80e4000006d00101d2013000'],
    [deleteContent({ kind: 'key', version: 0x30 }), '80e4000003d2013000'],
    [getStatus(statusScope.modules, 'first', undefined, 'old'), '80f21000024f0000'],
    [getStatus(statusScope.modules, 'next', undefined, 'old'), '80f21001024f0000'],
    [getStatus(statusScope.loadFiles, 'next', aid), '80f22003094f07a000000003101000'],
    [setStatus({ kind: 'domain-and-applications', aid: domain }, 0x80), '80f0608008a000000151000000'],
    [getCardData(cardDataObject.cardResources), '80caff2100'],
  ])('writes %#', (command, bytes) => {
    expect(toHex(encodeCommand(command))).toBe(bytes);
  });
  it('deletes no key without saying which', () => {
    expect(() => deleteContent({ kind: 'key' })).toThrow(expect.objectContaining({ code: 'CARD-APDU' }));
  });
});

describe('LOAD', () => {
  it('begins as GPShell begins (configure_gpshell trace: 26,862 bytes in blocks of 239)', () => {
    const blocks = planLoad(new Uint8Array(0x68ee), [], 239);
    expect(toHex(encodeCommand(blocks[0] ?? fail())).slice(0, 18)).toBe('80e80000efc48268ee');
    expect(blocks).toHaveLength(Math.ceil((0x68ee + 4) / 239));
    expect(blocks.at(-1)).toMatchObject({ p1: 0x80, p2: blocks.length - 1 });
  });
  it('sends every byte once and in order, within the limit, the last block marked', () => {
    const bytes = (most: number, fewest = 1) =>
      fc.uint8Array({ minLength: fewest, maxLength: most }).map((data) => new Uint8Array(data));
    fc.assert(
      fc.property(
        bytes(3000),
        bytes(140),
        bytes(16, 5),
        fc.integer({ min: 32, max: 247 }),
        (data, signature, sd, limit) => {
          const blocks = planLoad(data, [{ securityDomain: sd, signature }], limit);
          expect(concatBytes(...blocks.map((block) => block.data ?? fail()))).toEqual(
            encodeLoadFile(data, [{ securityDomain: sd, signature }]),
          );
          expect(blocks.every(({ data: part }) => (part?.length ?? 0) > 0 && (part?.length ?? 0) <= limit)).toBe(true);
          expect(blocks.map(({ p1, p2 }) => [p1, p2])).toEqual(
            blocks.map((__, at) => [at === blocks.length - 1 ? 0x80 : 0, at]),
          );
        },
      ),
    );
  });
  it('puts DAP blocks before the data', () => {
    const dap = { securityDomain: domain, signature: fromHex('aabb') };
    expect(toHex(encodeLoadFile(fromHex('0102'), [dap]))).toBe('e20e4f08a000000151000000c302aabbc4020102');
  });
  it('numbers 256 blocks and not one more', () => {
    expect(planLoad(new Uint8Array(256 * 100 - 4), [], 100).at(-1)).toMatchObject({ p1: 0x80, p2: 255 });
    for (const [length, limit] of [
      [256 * 100 - 3, 100],
      [0, 100],
      [5, 15],
    ] as const) {
      expect(() => planLoad(new Uint8Array(length), [], limit)).toThrow(
        expect.objectContaining({ code: 'CARD-PERSONALISATION' }),
      );
    }
  });
});

describe('privileges', () => {
  it('reads what cards show (GlobalPlatformPro testPrivileges)', () => {
    expect(decodePrivileges(fromHex('80c000'))).toEqual(['security-domain', 'trusted-path', 'authorized-management']);
    expect(decodePrivileges(fromHex('9efe80'))).toHaveLength(13);
    expect(toHex(encodePrivileges(decodePrivileges(fromHex('9efe80'))))).toBe('9efe80');
    expect(decodePrivileges(fromHex('c1'))).toEqual(['security-domain', 'mandated-dap-verification']);
  });
  it.each(['', '0102', '01', '40', '000001', '20'])('refuses %s', (field) => {
    expect(() => decodePrivileges(fromHex(field))).toThrow(expect.objectContaining({ code: 'CARD-ANSWER' }));
  });
  it('reads back every set that it writes', () => {
    fc.assert(
      fc.property(fc.subarray(privilegeNames), (names) => {
        const field = encodePrivileges(names);
        expect(toHex(encodePrivileges(decodePrivileges(field)))).toBe(toHex(field));
        for (const name of names) {
          if (name !== 'dap-verification') expect(decodePrivileges(field)).toContain(name);
        }
      }),
    );
  });
});

describe('what a card tells', () => {
  it('reads registry entries with implicit selection and load file version (GlobalPlatformPro testParsePartialISD)', () => {
    expect(parseRegistryEntries(contentSamples.registry)).toEqual([
      {
        aid: fromHex('a000000003000000'),
        lifeCycle: 0x01,
        privileges: fromHex('9efe80'),
        loadFile: fromHex('d276000005aaffcafe0001'),
        version: fromHex('0001'),
        securityDomain: fromHex('a000000003000000'),
        modules: [],
      },
    ]);
  });
  it('reads an issuer security domain whose privileges the standard does not allow (GlobalPlatformPro testParseISD)', () => {
    const [entry] = parseRegistryEntries(fromHex('E3144F07A00000015100009F700107C50180EA028000'));
    expect(entry).toMatchObject({ lifeCycle: 0x07, privileges: fromHex('80') });
  });
  it('reads the old form: applications, and load files with their modules', () => {
    expect(parseOldRegistryEntries(contentSamples.oldApplications, statusScope.applications)).toEqual([
      { aid, lifeCycle: 0x07, privileges: fromHex('04'), modules: [] },
      { aid: domain, lifeCycle: 0x0f, privileges: fromHex('80'), modules: [] },
    ]);
    expect(parseOldRegistryEntries(contentSamples.oldModules, statusScope.modules)).toEqual([
      { aid: domain, lifeCycle: 0x01, modules: [aid, fromHex('a0000000031011')] },
      { aid, lifeCycle: 0x01, modules: [] },
    ]);
    for (let length = 1; length < contentSamples.oldModules.length; length++) {
      const cut = contentSamples.oldModules.slice(0, length);
      if (length === contentSamples.oldModules.length - 11) continue;
      expect(() => parseOldRegistryEntries(cut, statusScope.modules)).toThrow(
        expect.objectContaining({ code: 'CARD-ANSWER' }),
      );
    }
  });
  it('reads card recognition data (GlobalPlatformPro testOther)', () => {
    expect(contentSamples.recognition.map(parseCardRecognitionData)).toEqual([
      {
        version: '2.1.1',
        channels: [{ protocol: 2, option: 0x15 }],
        configuration: '1.3.656.840.100.2.1.3',
        chip: '1.3.6.1.4.1.42.2.110.1.2',
      },
      {
        version: '2.2',
        channels: [
          { protocol: 3, option: 0x70 },
          { protocol: 0x80, option: 0 },
        ],
        configuration: '1.2.840.114283.5.4',
        chip: '1.3.6.1.4.1.42.2.110.1.3',
      },
    ]);
  });
  it('reads free memory (globalplatform test_parse_extended_card_resources, CardProbe)', () => {
    expect(contentSamples.resources.map(parseCardResources)).toEqual([
      { applications: 2, nonVolatile: 0x16db4, volatile: 0x86a },
      { applications: 11, nonVolatile: 28_408, volatile: 2340 },
    ]);
  });
  it('reads the issuer identification and the card image number', () => {
    expect(parseCardNumber(fromHex('420442589911'), 0x42)).toBe('42589911');
    expect(parseCardNumber(fromHex('450212ff'), 0x45)).toBe('12ff');
    expect(() => parseCardNumber(fromHex('450212ff'), 0x42)).toThrow(expect.objectContaining({ code: 'CARD-ANSWER' }));
  });
});

const answerFaults = ['CARD-ANSWER', 'CARD-TLV', 'CARD-TLV-MISSING'];
it.each([
  ['GET STATUS', parseRegistryEntries, [contentSamples.registry]],
  [
    'old GET STATUS',
    (bytes: Uint8Array) => parseOldRegistryEntries(bytes, statusScope.modules),
    [contentSamples.oldModules],
  ],
  ['card recognition data', parseCardRecognitionData, contentSamples.recognition],
  ['card resources', parseCardResources, contentSamples.resources],
  ['privileges', decodePrivileges, [fromHex('9efe80'), fromHex('00')]],
])('reads or refuses any answer: %s', (_, parse, samples) => {
  const { read, refused } = fuzz({ parse, faults: answerFaults, samples }, shortEffort);
  expect(read + refused).toBe(shortEffort.inputs);
});

function fail(): never {
  throw new Error('a block is wanted');
}
