import type { ProductChannel } from '#shared/domain/secure-channel.ts';
import { scp03DataLimit } from '#shared/protocols/globalplatform/scp03-messaging.ts';

const levels = { '01': 0x01, '03': 0x03, '11': 0x11, '13': 0x13, '33': 0x33 } as const;

/** A MAC of 8 bytes, and padding to whole blocks of 8 where data is enciphered. GPC_SPE_034 v2.3.1 §E.4.4, §E.4.6. */
const scp02 = { mac: 8, block: 8 } as const;

/** Most bytes of plain data that a short command carries in a product's channel. GPC_SPE_014 v1.1.2 §6.2.4, §6.2.6. */
export function channelDataLimit({ protocol, parameter, level }: ProductChannel): number {
  const asked = levels[level];
  if (protocol === 'scp03') return scp03DataLimit((Number.parseInt(parameter, 16) & 0x01) === 0 ? 'S8' : 'S16', asked);
  const room = 255 - scp02.mac;
  return (asked & 0x02) === 0 ? room : room - (room % scp02.block) - 1;
}
