/** How a key may come to the station. `cms`: over the enrolled line, enciphered for the station; `made`: with the station or a batch, by itself. */
export type WayIn = 'generated' | 'key-block' | 'components' | 'cms' | 'made' | 'imported-certificate';

/** Algorithms of keys; `TDES-2` is two-key triple DES, `RSA` a pair whose size the product says. */
export type KeyAlgorithm = 'TDES-2' | 'TDES-3' | 'AES-128' | 'AES-192' | 'AES-256' | 'HMAC-SHA-256' | 'EC-P256' | 'RSA';

/** What one usage of a key is: open data that the key store, the registry and the screens read alike. */
export interface KeyUsageRow {
  readonly title: string;
  readonly algorithms: readonly KeyAlgorithm[];
  /** Whose it is: the station's, one issuer's, one batch's or a scheme's. */
  readonly owner: 'station' | 'issuer' | 'batch' | 'scheme';
  /** Key usage and mode of use of ANSI X9.143-2022 (tables 2 and 4), or null where the key never is in a key block. */
  readonly block: { readonly usage: string; readonly modes: readonly string[] } | null;
  readonly waysIn: readonly WayIn[];
}

const tdes = ['TDES-2', 'TDES-3'] as const;
const aes = ['AES-128', 'AES-192', 'AES-256'] as const;
const brought = ['generated', 'key-block', 'components'] as const;

const row = (
  title: string,
  algorithms: readonly KeyAlgorithm[],
  owner: KeyUsageRow['owner'],
  block: readonly [usage: string, ...modes: readonly string[]] | null,
  waysIn: readonly WayIn[],
): KeyUsageRow => ({
  title,
  algorithms,
  owner,
  block: block === null ? null : { usage: block[0], modes: block.slice(1) },
  waysIn,
});

/** Every usage of the registry. One key, one purpose: a key is of one usage for its whole life. */
export const keyUsages = {
  'kmc-scp02': row('Card manufacturer key, SCP02', tdes, 'issuer', ['E5', 'X'], brought),
  'kmc-scp03': row('Card manufacturer key, SCP03', aes, 'issuer', ['E5', 'X'], brought),
  'scp02-enc': row('Card key set SCP02, encryption', ['TDES-2'], 'issuer', ['E5', 'X', 'N'], brought),
  'scp02-mac': row('Card key set SCP02, authentication', ['TDES-2'], 'issuer', ['E5', 'X', 'N'], brought),
  'scp02-dek': row('Card key set SCP02, data encryption', ['TDES-2'], 'issuer', ['E5', 'X', 'N'], brought),
  'scp03-enc': row('Card key set, encryption', aes, 'issuer', ['E5', 'X', 'N'], brought),
  'scp03-mac': row('Card key set, authentication', aes, 'issuer', ['E5', 'X', 'N'], brought),
  'scp03-dek': row('Card key set, data encryption', aes, 'issuer', ['E5', 'X', 'N'], brought),
  'imk-ac': row('Issuer master key, application cryptograms', [...tdes, ...aes], 'issuer', ['E0', 'X'], brought),
  'imk-smc': row('Issuer master key, message secrecy', [...tdes, ...aes], 'issuer', ['E1', 'X'], brought),
  'imk-smi': row('Issuer master key, message integrity', [...tdes, ...aes], 'issuer', ['E2', 'X'], brought),
  'imk-dac': row('Issuer master key, data authentication code', tdes, 'issuer', ['E3', 'X'], brought),
  'imk-idn': row('Issuer master key, ICC dynamic number', tdes, 'issuer', ['E4', 'X'], brought),
  'imk-cvc3': row('Issuer master key, dynamic CVC3', tdes, 'issuer', ['E6', 'X'], brought),
  cvk: row('Card verification key', ['TDES-2'], 'issuer', ['C0', 'C', 'G'], brought),
  pvk: row('PIN verification key', tdes, 'issuer', ['V2', 'C', 'G'], brought),
  'zone-pin-key': row('Zone PIN key', [...tdes, ...aes], 'issuer', ['P0', 'B', 'D', 'E'], brought),
  kek: row('Key encryption key', [...tdes, ...aes], 'issuer', ['K0', 'B', 'D', 'E'], brought),
  'key-block-protection': row(
    'Key block protection key',
    [...tdes, ...aes],
    'issuer',
    ['K1', 'B', 'D', 'E'],
    [...brought, 'cms'],
  ),
  'dgi-transport': row('DGI transport key', ['AES-256'], 'issuer', ['D0', 'D'], ['generated', 'key-block', 'cms']),
  'issuer-rsa': row('Issuer key pair', ['RSA'], 'issuer', null, ['generated']),
  'scheme-ca': row('Scheme CA public key', ['RSA'], 'scheme', null, ['imported-certificate']),
  'station-signing': row('Station signature', ['EC-P256'], 'station', null, ['made']),
  'record-decryption': row('Record decryption', ['EC-P256'], 'station', null, ['made']),
  'icc-pool-wrapping': row('ICC key pool wrapping', ['AES-256'], 'station', null, ['made']),
  'batch-wrapping': row('Batch wrapping', ['AES-256'], 'batch', null, ['made']),
  'pan-digest': row('PAN digest', ['HMAC-SHA-256'], 'issuer', null, ['made']),
  'piv-management': row('PIV management master key', aes, 'issuer', ['E5', 'X'], brought),
  'piv-puk': row('PIV PUK derivation', aes, 'issuer', ['E5', 'X'], brought),
  dap: row('Load file data block signature', ['RSA', ...aes], 'issuer', null, ['generated']),
} as const satisfies Record<string, KeyUsageRow>;

export type KeyUsage = keyof typeof keyUsages;
