import type { ProductChannel } from '#shared/domain/secure-channel.ts';
import { scp02DataLimit } from '#shared/protocols/globalplatform/scp02-messaging.ts';
import { scp03DataLimit } from '#shared/protocols/globalplatform/scp03-messaging.ts';

const levels = { '01': 0x01, '03': 0x03, '11': 0x11, '13': 0x13, '33': 0x33 } as const;

/** Most bytes of plain data that a short command carries in a product's channel. GPC_SPE_014 v1.1.2 §6.2.4, §6.2.6; GPC_SPE_034 v2.3.1 §E.4.4, §E.4.6. */
export function channelDataLimit(channel: ProductChannel): number {
  if (channel.protocol === 'scp02') return scp02DataLimit(levels[channel.level]);
  const isLong = (Number.parseInt(channel.parameter, 16) & 0x01) !== 0;
  return scp03DataLimit(isLong ? 'S16' : 'S8', levels[channel.level]);
}
