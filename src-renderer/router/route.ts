/** Every screen of the program, with what its address names. */
export type Route =
  | { readonly kind: 'home' }
  | { readonly kind: 'batches' }
  | { readonly kind: 'batch'; readonly batch: string; readonly tab: BatchTab }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'approval'; readonly approval: string }
  | { readonly kind: 'run' }
  | { readonly kind: 'looks'; readonly batch: string | null }
  | { readonly kind: 'journal'; readonly text: string }
  | { readonly kind: 'stock'; readonly tab: StockTab }
  | { readonly kind: 'count'; readonly count: string }
  | { readonly kind: 'day'; readonly day: string | null }
  | { readonly kind: 'keys'; readonly tab: KeysTab; readonly key: string | null }
  | { readonly kind: 'ceremony'; readonly ceremony: string }
  | { readonly kind: 'applets' }
  | { readonly kind: 'products' }
  | { readonly kind: 'product'; readonly product: string; readonly tab: ProductTab }
  | { readonly kind: 'profile'; readonly profile: string }
  | { readonly kind: 'draft'; readonly item: ComparedKind; readonly name: string; readonly tab: DraftTab }
  | {
      readonly kind: 'comparison';
      readonly of: ComparedKind;
      readonly before: string | null;
      readonly after: string | null;
    }
  | { readonly kind: 'script'; readonly batch: string; readonly order: string }
  | { readonly kind: 'devices' }
  | { readonly kind: 'inspector'; readonly line: string }
  | { readonly kind: 'backup' }
  | { readonly kind: 'about' }
  | { readonly kind: 'unknown' };

export type BatchTab = 'records' | 'cards' | 'balance' | 'signatures';
const batchTabs: readonly BatchTab[] = ['records', 'cards', 'balance', 'signatures'];

export type ProductTab = 'overview' | 'data' | 'stripe' | 'keys';
export const productTabs: readonly ProductTab[] = ['overview', 'data', 'stripe', 'keys'];
export type DraftTab = 'form' | 'differences' | 'script';
export const draftTabs: readonly DraftTab[] = ['form', 'differences', 'script'];
export type ComparedKind = 'product' | 'profile';

export type StockTab = 'places' | 'lots' | 'ribbons' | 'counts' | 'quarantine' | 'destruction';
const stockTabs: readonly StockTab[] = ['places', 'lots', 'ribbons', 'counts', 'quarantine', 'destruction'];

/** Keys, the ceremonies by which some come in, and the key module that holds them. */
export type KeysTab = 'list' | 'ceremonies' | 'module';

function stockTab(word: string | undefined): StockTab | null {
  if (word === undefined) return 'places';
  return stockTabs.find((tab) => tab === word) ?? null;
}

function batchTab(word: string | undefined): BatchTab | null {
  if (word === undefined) return 'records';
  return batchTabs.find((tab) => tab === word) ?? null;
}

/** Reads an address such as `#/batches/B-7/balance`; a leading `#` or `/` may be missing. */
export function readRoute(address: string): Route {
  const [path = '', query = ''] = address.replace(/^#/, '').split('?');
  const words = path
    .split('/')
    .filter((word) => word !== '')
    .map((word) => decodeWord(word));
  const search = new URLSearchParams(query);
  const [screen = 'home', subject, part, further] = words;
  switch (screen) {
    case 'home':
    case 'run':
    case 'applets':
    case 'backup':
    case 'about':
      return { kind: screen };
    case 'devices':
      return subject === undefined ? { kind: 'devices' } : { kind: 'inspector', line: subject };
    case 'stock': {
      if (subject === 'counts' && part !== undefined) return { kind: 'count', count: part };
      const tab = stockTab(subject);
      return tab === null ? { kind: 'unknown' } : { kind: 'stock', tab };
    }
    case 'keys':
      return keysRoute(subject, part);
    case 'day':
      return { kind: 'day', day: subject ?? null };
    case 'batches': {
      if (subject === undefined) return { kind: 'batches' };
      if (part === 'script' && further !== undefined) return { kind: 'script', batch: subject, order: further };
      const tab = batchTab(part);
      return tab === null ? { kind: 'unknown' } : { kind: 'batch', batch: subject, tab };
    }
    case 'products': {
      if (subject === undefined) return { kind: 'products' };
      const tab = part === undefined ? 'overview' : productTabs.find((known) => known === part);
      return tab === undefined ? { kind: 'unknown' } : { kind: 'product', product: subject, tab };
    }
    case 'profiles':
      return subject === undefined ? { kind: 'products' } : { kind: 'profile', profile: subject };
    case 'drafts': {
      const tab = further === undefined ? 'form' : draftTabs.find((known) => known === further);
      const item = subject === 'product' || subject === 'profile' ? subject : undefined;
      if (item === undefined || part === undefined || tab === undefined) return { kind: 'unknown' };
      return { kind: 'draft', item, name: part, tab };
    }
    case 'compare':
      return subject === 'product' || subject === 'profile'
        ? { kind: 'comparison', of: subject, before: search.get('before'), after: search.get('after') }
        : { kind: 'unknown' };
    case 'approvals':
      return subject === undefined ? { kind: 'approvals' } : { kind: 'approval', approval: subject };
    case 'looks':
      return { kind: 'looks', batch: subject ?? null };
    case 'journal':
      return { kind: 'journal', text: search.get('text') ?? '' };
    default:
      return { kind: 'unknown' };
  }
}

function keysRoute(subject: string | undefined, part: string | undefined): Route {
  switch (subject) {
    case undefined:
      return { kind: 'keys', tab: 'list', key: null };
    case 'named':
      return { kind: 'keys', tab: 'list', key: part ?? null };
    case 'ceremonies':
      return part === undefined ? { kind: 'keys', tab: 'ceremonies', key: null } : { kind: 'ceremony', ceremony: part };
    case 'module':
      return { kind: 'keys', tab: 'module', key: null };
    default:
      return { kind: 'unknown' };
  }
}

function decodeWord(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** The address of a screen, ready for a link. */
export function addressOf(route: Route): string {
  switch (route.kind) {
    case 'batch':
      return `#/batches/${encodeURIComponent(route.batch)}${route.tab === 'records' ? '' : `/${route.tab}`}`;
    case 'approval':
      return `#/approvals/${encodeURIComponent(route.approval)}`;
    case 'looks':
      return route.batch === null ? '#/looks' : `#/looks/${encodeURIComponent(route.batch)}`;
    case 'journal':
      return route.text === '' ? '#/journal' : `#/journal?${new URLSearchParams({ text: route.text }).toString()}`;
    case 'stock':
      return route.tab === 'places' ? '#/stock' : `#/stock/${route.tab}`;
    case 'count':
      return `#/stock/counts/${encodeURIComponent(route.count)}`;
    case 'keys':
      if (route.key !== null) return `#/keys/named/${encodeURIComponent(route.key)}`;
      return route.tab === 'list' ? '#/keys' : `#/keys/${route.tab}`;
    case 'ceremony':
      return `#/keys/ceremonies/${encodeURIComponent(route.ceremony)}`;
    case 'day':
      return route.day === null ? '#/day' : `#/day/${encodeURIComponent(route.day)}`;
    case 'product':
      return `#/products/${encodeURIComponent(route.product)}${route.tab === 'overview' ? '' : `/${route.tab}`}`;
    case 'profile':
      return `#/profiles/${encodeURIComponent(route.profile)}`;
    case 'draft':
      return `#/drafts/${route.item}/${encodeURIComponent(route.name)}${route.tab === 'form' ? '' : `/${route.tab}`}`;
    case 'inspector':
      return `#/devices/${encodeURIComponent(route.line)}`;
    case 'comparison': {
      const chosen = Object.entries({ before: route.before, after: route.after }).flatMap(([name, one]) =>
        one === null ? [] : [[name, one]],
      );
      return `#/compare/${route.of}${chosen.length === 0 ? '' : `?${new URLSearchParams(chosen).toString()}`}`;
    }
    case 'script':
      return `#/batches/${encodeURIComponent(route.batch)}/script/${encodeURIComponent(route.order)}`;
    case 'unknown':
      return '#/home';
    default:
      return `#/${route.kind}`;
  }
}
