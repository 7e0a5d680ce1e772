import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import { encodeTlvs, primitive } from '../tlv/ber-tlv.ts';

/** Objects of GET DATA that the station reads, as P1 P2. GPC_SPE_034 v2.3.1 §11.3.3.1 and Annex H; 9F7F is ISO/Visa practice. */
export const cardDataObject = {
  issuerIdentificationNumber: 0x0042,
  cardImageNumber: 0x0045,
  cardData: 0x0066,
  keyInformationTemplate: 0x00e0,
  productionLifeCycle: 0x9f7f,
} as const;

/** What GET STATUS lists, as P1. GPC_SPE_034 v2.3.1 §11.4.2.1, table 11-33. */
export const statusScope = { issuerSecurityDomain: 0x80, applications: 0x40, loadFiles: 0x20, modules: 0x10 } as const;

/** One of the lists of GET STATUS. */
export type StatusScope = (typeof statusScope)[keyof typeof statusScope];

/** The issuer security domain's registered AID, where a product names no other. GPC_SPE_034 v2.3.1 Annex H.1. */
export const issuerSecurityDomainAid: Readonly<Uint8Array> = Uint8Array.of(0xa0, 0, 0, 1, 0x51, 0, 0, 0);

/** Refuses an AID that is not 5 to 16 bytes. ISO/IEC 7816-5:2004 §8.2. */
function requireAid(aid: Uint8Array): Uint8Array {
  if (aid.length >= 5 && aid.length <= 16) return aid;
  throw new StationFault('CARD-APDU', { reason: 'an AID is 5 to 16 bytes' });
}

/** SELECT by name; an empty AID selects the issuer security domain. Ends any channel of the application before. GPC_SPE_034 v2.3.1 §11.9. */
export function selectApplication(aid: Uint8Array, occurrence: 'first' | 'next' = 'first'): CommandApdu {
  const p2 = occurrence === 'first' ? 0x00 : 0x02;
  if (aid.length === 0) return { cla: 0x00, ins: 0xa4, p1: 0x04, p2, le: 256 };
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2, data: requireAid(aid), le: 256 };
}

/** GET DATA of one object, P1 P2 = its tag. No effect on the card. GPC_SPE_034 v2.3.1 §11.3. */
export function getCardData(tag: number): CommandApdu {
  return { cla: 0x80, ins: 0xca, p1: tag >> 8, p2: tag & 255, le: 256 };
}

/**
 * GET STATUS in the TLV form (P2 bit 0x02), first or next occurrence, filtered by an AID prefix (empty for all).
 * No effect on the card; 6310 means that more waits. GPC_SPE_034 v2.3.1 §11.4.2.
 */
export function getStatus(
  scope: StatusScope,
  occurrence: 'first' | 'next' = 'first',
  aidPrefix: Uint8Array = new Uint8Array(0),
): CommandApdu {
  const p2 = occurrence === 'first' ? 0x02 : 0x03;
  return { cla: 0x80, ins: 0xf2, p1: scope, p2, data: encodeTlvs([primitive(0x4f, aidPrefix)]), le: 256 };
}

/**
 * INSTALL [for personalization]: 00 00, length and AID of the application, 00 00 00. From here on STORE DATA goes to
 * that application through its security domain. Repeatable. GPC_SPE_034 v2.3.1 §11.5.2.3.6.
 */
export function installForPersonalization(applicationAid: Uint8Array): CommandApdu {
  const aid = requireAid(applicationAid);
  const data = concatBytes(Uint8Array.of(0, 0, aid.length), aid, Uint8Array.of(0, 0, 0));
  return { cla: 0x80, ins: 0xe6, p1: 0x20, p2: 0x00, data, le: 256 };
}

/**
 * SET STATUS of the card (P1 = 80) or of an application or security domain (P1 = 40).
 * Irreversible for the card's life cycle upwards. GPC_SPE_034 v2.3.1 §11.10.2.
 */
export function setStatus(
  subject: { kind: 'card' } | { kind: 'application'; aid: Uint8Array },
  state: number,
): CommandApdu {
  if (subject.kind === 'card') return { cla: 0x80, ins: 0xf0, p1: 0x80, p2: state };
  return { cla: 0x80, ins: 0xf0, p1: 0x40, p2: state, data: requireAid(subject.aid) };
}
