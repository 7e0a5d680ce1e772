import { keyUsages } from '../domain/key-usage.ts';
import { fieldTitle } from '../domain/order-field-title.ts';

const spaced = (name: string): string => name.replaceAll('-', ' ').replace(/^track(?=\d$)/, 'track ');

/** What a usage of a key is called; an unknown one is named as it is. */
export function keyUsageTitle(usage: string): string {
  return Object.hasOwn(keyUsages, usage) ? keyUsages[usage as keyof typeof keyUsages].title : usage;
}

/**
 * Where a value comes from, in words: `record:pan` is "the order's card number". A source that no rule knows is named as it stands, so
 * that a wrong profile can be read too.
 */
export function describeSource(source: string): string {
  const colon = source.indexOf(':');
  const [kind, rest] = [source.slice(0, colon), source.slice(colon + 1)];
  switch (kind) {
    case 'record':
      return `the order's ${fieldTitle(rest)}`;
    case 'constant':
      return `always ${rest.toUpperCase()}`;
    case 'container':
      return `DGI ${rest.toUpperCase()} of the order's container`;
    case 'built':
      return `DGI ${rest.slice(-'0101'.length).toUpperCase()} as it was made here`;
    case 'card':
      return `made for the card: ${spaced(rest).replace(/^icc /, '')}`;
    case 'computed':
      return `computed: ${spaced(rest)}`;
    case 'key': {
      const [usage = '', what = ''] = rest.split('/');
      return `from a key (${keyUsageTitle(usage)}): ${spaced(what)}`;
    }
    default:
      return source;
  }
}
