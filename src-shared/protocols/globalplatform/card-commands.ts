import type { CommandApdu } from '../apdu/command-apdu.ts';
import { encodeTlvs, primitive } from '../tlv/ber-tlv.ts';
import { requireAid } from './application-identifier.ts';

/** Objects of GET DATA that the station reads, as P1 P2. GPC_SPE_034 v2.3.1 §11.3.3.1 and Annex H; 9F7F is ISO/Visa practice. */
export const cardDataObject = {
  issuerIdentificationNumber: 0x0042,
  cardImageNumber: 0x0045,
  cardData: 0x0066,
  keyInformationTemplate: 0x00e0,
  productionLifeCycle: 0x9f7f,
  /** Memory that is left. ETSI TS 102 226 §8.2.1.7.2. */
  cardResources: 0xff21,
} as const;

/** What GET STATUS lists, as P1. GPC_SPE_034 v2.3.1 §11.4.2.1, table 11-33. */
export const statusScope = { issuerSecurityDomain: 0x80, applications: 0x40, loadFiles: 0x20, modules: 0x10 } as const;

/** One of the lists of GET STATUS. */
export type StatusScope = (typeof statusScope)[keyof typeof statusScope];

/** The issuer security domain's registered AID, where a product names no other. GPC_SPE_034 v2.3.1 Annex H.1. */
export const issuerSecurityDomainAid: Readonly<Uint8Array> = Uint8Array.of(0xa0, 0, 0, 1, 0x51, 0, 0, 0);

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

/** The two forms of an answer to GET STATUS, bit 2 of P2; `old` is deprecated and all that some cards know. GPC_SPE_034 v2.3.1 §11.4.2.2, table 11-34. */
export const statusForm = { old: 0x00, tlv: 0x02 } as const;

/**
 * GET STATUS, first or next occurrence, filtered by an AID prefix (empty for all), in the TLV form unless said otherwise.
 * No effect on the card; 6310 means that more waits. GPC_SPE_034 v2.3.1 §11.4.2.
 */
export function getStatus(
  scope: StatusScope,
  occurrence: 'first' | 'next' = 'first',
  aidPrefix: Uint8Array = new Uint8Array(0),
  form: keyof typeof statusForm = 'tlv',
): CommandApdu {
  const p2 = statusForm[form] | (occurrence === 'first' ? 0x00 : 0x01);
  return { cla: 0x80, ins: 0xf2, p1: scope, p2, data: encodeTlvs([primitive(0x4f, aidPrefix)]), le: 256 };
}

/** Whose life cycle SET STATUS changes: the card's, one application's or security domain's, or a security domain's with all that belongs to it. */
export type StatusSubject =
  | { readonly kind: 'card' }
  | { readonly kind: 'application'; readonly aid: Uint8Array }
  | { readonly kind: 'domain-and-applications'; readonly aid: Uint8Array };

/**
 * SET STATUS of the card (P1 = 80), of an application or security domain (40), or of a security domain and its applications (60).
 * Irreversible for the card's life cycle upwards. GPC_SPE_034 v2.3.1 §11.10.2.
 */
export function setStatus(subject: StatusSubject, state: number): CommandApdu {
  if (subject.kind === 'card') return { cla: 0x80, ins: 0xf0, p1: 0x80, p2: state };
  const p1 = subject.kind === 'application' ? 0x40 : 0x60;
  return { cla: 0x80, ins: 0xf0, p1, p2: state, data: requireAid(subject.aid) };
}
