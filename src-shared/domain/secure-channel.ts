import { z } from 'zod';

/** Bits of SCP03's parameter i and of a security level. GPC_SPE_014 v1.1.2 §5.1 table 5-1, §7.1.2.3 table 7-6. */
const option = { responseMac: 0x20, responseEncryption: 0x40 } as const;
const level = { responseMac: 0x10, responseEncryption: 0x20 } as const;

const scp03Parameters = ['00', '01', '10', '11', '20', '21', '30', '31', '60', '61', '70', '71'] as const;

/**
 * The secure channel that a product's cards are opened with: protocol, its parameter i (what the card can), and the security level that is asked
 * for. Answers can be protected only by a card whose parameter says so.
 */
export const secureChannel = z
  .discriminatedUnion('protocol', [
    z.strictObject({
      protocol: z.literal('scp03'),
      /** 01 is S16, 10 pseudo-random challenge, 20 R-MAC, 40 R-ENC. GPC_SPE_014 v1.1.2 §5.1; S16: GPC_SPE_014 v1.2 §5.1. */
      parameter: z.enum(scp03Parameters),
      /** 01 is C-MAC, 02 C-DEC, 10 R-MAC, 20 R-ENC. GPC_SPE_014 v1.1.2 §7.1.2.3. */
      level: z.enum(['01', '03', '11', '13', '33']),
    }),
    z.strictObject({
      protocol: z.literal('scp02'),
      /** 01 is three base keys, 04 explicit initiation, 10 ICV encryption, 20 R-MAC, 40 a well-known pseudo-random algorithm. GPC_SPE_034 v2.3.1 §E.1.1. */
      parameter: z.enum(['15', '55']),
      /** 01 is C-MAC, 02 C-DEC, 10 R-MAC. GPC_SPE_034 v2.3.1 §E.5.2.3. */
      level: z.enum(['01', '03', '11', '13']),
    }),
  ])
  .superRefine((channel, context) => {
    const [can, asked] = [Number.parseInt(channel.parameter, 16), Number.parseInt(channel.level, 16)];
    const refuse = (what: string) => {
      const message = `asks for ${what}, which ${describeChannel(channel)} cannot give`;
      context.addIssue({ code: 'custom', path: ['level'], message });
    };
    if ((asked & level.responseMac) !== 0 && (can & option.responseMac) === 0) refuse('R-MAC');
    if ((asked & level.responseEncryption) !== 0 && (can & option.responseEncryption) === 0) refuse('R-ENC');
  });

export type ProductChannel = z.infer<typeof secureChannel>;

/** `SCP03 i=70`, as people and findings name it. */
export function describeChannel(channel: { readonly protocol: string; readonly parameter: string }): string {
  return `${channel.protocol.toUpperCase()} i=${channel.parameter}`;
}
