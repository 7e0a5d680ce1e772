import { StationFault } from '../../faults/station-fault.ts';

/**
 * Privileges as byte and bits of the field of three. A privilege of two bits rests on the bit of the security domain.
 * GPC_SPE_034 v2.3.1 §6.6.1, tables 11-7, 11-8 and 11-9.
 */
const privilegeBits = {
  'security-domain': [0, 0x80],
  'dap-verification': [0, 0xc0],
  'delegated-management': [0, 0xa0],
  'card-lock': [0, 0x10],
  'card-terminate': [0, 0x08],
  'card-reset': [0, 0x04],
  'cvm-management': [0, 0x02],
  'mandated-dap-verification': [0, 0xc1],
  'trusted-path': [1, 0x80],
  'authorized-management': [1, 0x40],
  'token-verification': [1, 0x20],
  'global-delete': [1, 0x10],
  'global-lock': [1, 0x08],
  'global-registry': [1, 0x04],
  'final-application': [1, 0x02],
  'global-service': [1, 0x01],
  'receipt-generation': [2, 0x80],
  'ciphered-load-file-data-block': [2, 0x40],
  'contactless-activation': [2, 0x20],
  'contactless-self-activation': [2, 0x10],
} as const satisfies Record<string, readonly [byte: 0 | 1 | 2, bits: number]>;

/** What an application may do beyond its own commands. */
export type Privilege = keyof typeof privilegeBits;

/** Every privilege, in the order of its bits. */
export const privilegeNames = Object.keys(privilegeBits) as [Privilege, ...Privilege[]];

/** Writes privileges: one byte where the second and third would be zero, else three. GPC_SPE_034 v2.3.1 §11.1.2. */
export function encodePrivileges(privileges: readonly Privilege[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(3);
  for (const name of privileges) {
    const [byte, bits] = privilegeBits[name];
    bytes[byte] = (bytes[byte] ?? 0) | bits;
  }
  return bytes[1] === 0 && bytes[2] === 0 ? bytes.slice(0, 1) : bytes;
}

/**
 * Reads privileges of one or three bytes. A bit that the standard does not name, or that needs another which is not there, is CARD-ANSWER;
 * mandated verification is not also told as verification. GPC_SPE_034 v2.3.1 §11.1.2.
 */
export function decodePrivileges(field: Uint8Array): Privilege[] {
  const refuse = (reason: string): never => {
    throw new StationFault('CARD-ANSWER', { command: 'GET STATUS', reason });
  };
  if (field.length !== 1 && field.length !== 3) return refuse('privileges are one or three bytes');
  const found = privilegeNames.filter((name) => {
    const [byte, bits] = privilegeBits[name];
    return ((field[byte] ?? 0) & bits) === bits;
  });
  const told = found.includes('mandated-dap-verification')
    ? found.filter((name) => name !== 'dap-verification')
    : found;
  const whole = new Uint8Array(3);
  for (const name of told) {
    const [byte, bits] = privilegeBits[name];
    whole[byte] = (whole[byte] ?? 0) | bits;
  }
  if (field.some((byte, at) => byte !== whole[at])) return refuse('a privilege is not one of the standard');
  return told;
}
