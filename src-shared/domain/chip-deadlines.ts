import { z } from 'zod';

/** Seconds that one exchange may take, with everything that a card or reader does in it. */
const seconds = z.number().min(0.5).max(300);

/**
 * Commands that take a chip longer than others, each with the instruction byte by which it is known; secure messaging leaves it in clear.
 * GPC_SPE_034 v2.3.1 §11.2 (DELETE), §11.5 (INSTALL), §11.6 (LOAD), §11.8 (PUT KEY), §11.10 (SET STATUS), §11.11 (STORE DATA);
 * EMV 4.3 Book 3 §6.5.5 (GENERATE AC), §6.5.9 (INTERNAL AUTHENTICATE); ISO/IEC 7816-8:2016 §11.2 (GENERATE ASYMMETRIC KEY PAIR).
 */
const longCommands = {
  delete: [0xe4],
  install: [0xe6],
  load: [0xe8],
  putKey: [0xd8],
  setStatus: [0xf0],
  storeData: [0xe2],
  generateCryptogram: [0xae],
  internalAuthenticate: [0x88],
  generateKeyPair: [0x46, 0x47],
} as const;

/** The longest that a chip of a product may take: for any command, and for those that take it longer. */
export const chipDeadlines = z.strictObject({
  exchange: seconds.optional(),
  delete: seconds.optional(),
  install: seconds.optional(),
  load: seconds.optional(),
  putKey: seconds.optional(),
  setStatus: seconds.optional(),
  storeData: seconds.optional(),
  generateCryptogram: seconds.optional(),
  internalAuthenticate: seconds.optional(),
  generateKeyPair: seconds.optional(),
} satisfies Record<keyof typeof longCommands | 'exchange', unknown>);

export type ChipDeadlines = z.infer<typeof chipDeadlines>;

/** Where a product says nothing: commands that erase memory, link code or make keys have more than the usual time. */
const usual: Readonly<Partial<Record<keyof typeof longCommands, number>>> = {
  delete: 60,
  install: 60,
  load: 60,
  putKey: 30,
  generateKeyPair: 120,
};

/** The deadline of one command in milliseconds: the product's for it, else the product's for any, else the usual one, never less than `exchange`. */
export function exchangeDeadline(command: Uint8Array, exchange: number, product: ChipDeadlines = {}): number {
  const instruction = command[1] ?? 0;
  const names = Object.keys(longCommands) as (keyof typeof longCommands)[];
  const name = names.find((each) => longCommands[each].some((one) => one === instruction));
  const said = name === undefined ? undefined : product[name];
  if (said !== undefined) return said * 1000;
  const any = product.exchange === undefined ? exchange : product.exchange * 1000;
  return name === undefined ? any : Math.max(any, (usual[name] ?? 0) * 1000);
}

/** What each deadline is about, for the description of a product. */
export const deadlineTitles: Readonly<Record<keyof ChipDeadlines, string>> = {
  exchange: 'any command',
  delete: 'DELETE',
  install: 'INSTALL',
  load: 'LOAD',
  putKey: 'PUT KEY',
  setStatus: 'SET STATUS',
  storeData: 'STORE DATA',
  generateCryptogram: 'GENERATE AC',
  internalAuthenticate: 'INTERNAL AUTHENTICATE',
  generateKeyPair: 'GENERATE ASYMMETRIC KEY PAIR',
};
