import { ascii, fromHex, latin1 } from '../bytes/bytes.ts';
import { parseAnswerToReset } from './apdu/answer-to-reset.ts';
import { decodeCommand } from './apdu/command-apdu.ts';
import { decodeResponse } from './apdu/response-apdu.ts';
import {
  parseApplicationControl,
  parseApplicationRecord,
  parseContactDirectoryControl,
  parseContactDirectoryRecord,
  parseContactlessDirectory,
} from './emv/application-selection.ts';
import { checkValue } from './emv/check-value.ts';
import { emvDataDictionary } from './emv/data-dictionary.ts';
import { describeValue } from './emv/describe-value.ts';
import { parseFileLocator } from './emv/file-locator.ts';
import { parseProcessingOptions } from './emv/processing-options.ts';
import { parseTrack2Equivalent } from './emv/track2-equivalent.ts';
import { parseVerificationMethods } from './emv/verification-methods.ts';
import type { FuzzTarget } from './fuzz.fixture.ts';
import { parseKeyInformation } from './globalplatform/key-information.ts';
import { parseProductionLifeCycle } from './globalplatform/production-life-cycle.ts';
import { parseRegistryEntries } from './globalplatform/registry-entry.ts';
import { parseScp03InitializeUpdate } from './globalplatform/scp03-initialize-update.ts';
import { parseSecurityDomainControl } from './globalplatform/security-domain-control.ts';
import { parseTrack1, parseTrack2 } from './magstripe/financial-track.ts';
import { parseTlv, parseTlvs } from './tlv/ber-tlv.ts';
import { parseDataGroupings } from './tlv/data-grouping.ts';
import { parseDol } from './tlv/data-object-list.ts';

const hex = (...texts: readonly string[]): readonly Uint8Array[] => texts.map((text) => fromHex(text));
const tlv = ['CARD-TLV'];
const answer = ['CARD-ANSWER', 'CARD-TLV', 'CARD-TLV-MISSING'];
const directoryControl = '6f1a840e315041592e5359532e4444463031a5088801025f2d02656e';
const applicationControl = '6f1e8407a0000000031010a5135008545241494e494e478701019f38039f1a02';

/** Any tag of the dictionary, by the first byte, with the rest as its value. */
const tags = [...emvDataDictionary.keys()];
const tagged =
  (act: (tag: number, value: Uint8Array) => unknown) =>
  (bytes: Uint8Array): unknown =>
    act(tags[(bytes[0] ?? 0) % tags.length] ?? 0, bytes.subarray(1));

/** The codecs of commands, objects, EMV, GlobalPlatform answers and tracks, each with inputs that are right. */
export const fuzzTargets: Readonly<Record<string, FuzzTarget>> = {
  'command APDU': {
    parse: decodeCommand,
    faults: ['CARD-APDU'],
    samples: hex('80ca9f7f', '80ca9f7f00', '80ca9f7f02a1a2', '80ca9f7f02a1a200', '80ca9f7f000002a1a20000'),
  },
  'response APDU': { parse: decodeResponse, faults: ['CARD-GONE'], samples: hex('9000', '01026110') },
  'answer to reset': {
    parse: parseAnswerToReset,
    faults: ['CARD-ANSWER'],
    samples: hex('3be000008131fe45eb', '3b6500002063cb6800', '3bfd1300008131fe158073c021c057597562694b657940'),
    longest: 40,
  },
  'BER-TLV objects': { parse: parseTlvs, faults: tlv, samples: hex(directoryControl, applicationControl, '5a0112') },
  'one BER-TLV object': { parse: parseTlv, faults: tlv, samples: hex(directoryControl, '7081055a03123456') },
  'data object list': { parse: parseDol, faults: tlv, samples: hex('9f02069f03069f1a0295055f2a029a039c019f3704') },
  'data groupings': {
    parse: parseDataGroupings,
    faults: tlv,
    samples: hex('0101047002aabb9102ff0003a5015f', `8000${'10'}${'00'.repeat(16)}`),
  },
  'application control': { parse: parseApplicationControl, faults: answer, samples: hex(applicationControl) },
  'contactless directory': {
    parse: parseContactlessDirectory,
    faults: answer,
    samples: hex('6f26840e325041592e5359532e4444463031a514bf0c11610f4f07a0000000031010500154870101'),
  },
  'contact directory': { parse: parseContactDirectoryControl, faults: answer, samples: hex(directoryControl) },
  'record of the directory': {
    parse: parseContactDirectoryRecord,
    faults: answer,
    samples: hex('7011610f4f07a0000000031010500154870101'),
  },
  'record of an application': {
    parse: parseApplicationRecord,
    faults: answer,
    samples: hex('700e5a0841111111111111115f340101'),
  },
  'processing options': {
    parse: parseProcessingOptions,
    faults: answer,
    samples: hex('800a38000801010010010301', '770e8202380094080801010010010301'),
  },
  'file locator': { parse: parseFileLocator, faults: ['CARD-ANSWER'], samples: hex('0801010010010301') },
  'CVM list': {
    parse: parseVerificationMethods,
    faults: ['EMV-VALUE-FORM'],
    samples: hex('000003e800000000420341065e031f00'),
  },
  'track 2 equivalent': {
    parse: parseTrack2Equivalent,
    faults: ['CARD-STRIPE'],
    samples: hex('4111111111111111d301220112345f'),
  },
  'track 1': {
    parse: (bytes) => parseTrack1(latin1(bytes)),
    faults: ['CARD-STRIPE'],
    samples: [ascii('B4111111111111111^DOE/JOHN^3012201')],
  },
  'track 2': {
    parse: (bytes) => parseTrack2(latin1(bytes)),
    faults: ['CARD-STRIPE'],
    samples: [ascii('4111111111111111=3012201')],
  },
  'check of a value': { parse: tagged(checkValue), faults: [], samples: hex('0041', '05411111') },
  'value in words': { parse: tagged(describeValue), faults: [], samples: hex('0041', '05411111') },
  'production life cycle': {
    parse: parseProductionLifeCycle,
    faults: answer,
    samples: hex(`9f7f2a${'4790'.repeat(21)}`),
  },
  'key information': {
    parse: parseKeyInformation,
    faults: answer,
    samples: hex('e012c00401308010c00402308010c00403308010'),
  },
  'registry entries': {
    parse: parseRegistryEntries,
    faults: answer,
    samples: hex('e3114f08a0000000030000009f700107c50180'),
  },
  'control of a security domain': {
    parse: parseSecurityDomainControl,
    faults: answer,
    samples: hex('6f108408a000000003000000a5049f6501ff'),
  },
  'INITIALIZE UPDATE of SCP03': {
    parse: parseScp03InitializeUpdate,
    faults: ['CARD-ANSWER'],
    samples: hex('0001020304050607080930037001020304050607080102030405060708000001'),
  },
};
