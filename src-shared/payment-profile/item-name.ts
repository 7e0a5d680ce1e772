import { emvDataDictionary } from '../protocols/emv/data-dictionary.ts';
import { loyaltyTags } from './loyalty-rows.ts';

/** `9F0D Issuer Action Code - Default`, the name of a part, or a whole grouping. */
export function itemName(item: string): string {
  if (item.startsWith('part:')) return item.slice('part:'.length).replaceAll('-', ' ');
  if (item.startsWith('dgi:')) return `whole of DGI ${item.slice('dgi:'.length).toUpperCase()}`;
  const name = emvDataDictionary.get(Number.parseInt(item, 16))?.name ?? loyaltyTags.get(item)?.name;
  return `${item.toUpperCase()} ${name ?? 'unknown tag'}`;
}
