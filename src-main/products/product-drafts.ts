import { createHash } from 'node:crypto';
import type { ApprovalId, IssuerId, PersonId, ProductReference } from '#shared/domain/identifiers.ts';
import { holdsCardNumber } from '#shared/domain/card-number-in-text.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { compareProducts } from '#shared/product-description/compare-products.ts';
import { compareProfiles } from '#shared/product-description/compare-profiles.ts';
import { describeProduct } from '#shared/product-description/describe-product.ts';
import type { Difference } from '#shared/product-description/difference.ts';
import type { ApprovalsPort, StatementField } from '../approvals/port.ts';
import { stillPossible } from '../approvals/withdraw-impossible.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProductDraftRow, ProductItem } from '../journal/projections/products.ts';
import type { CatalogueFinding, CatalogueFindings } from '../preparation/catalogue-finding.ts';
import type { CataloguedProduct, LoadedProduct } from '../preparation/product-catalogue.ts';

/** A product or profile that no rule objects to. */
export type ExaminedRight = { readonly kind: 'right' } & (
  | { readonly item: 'product'; readonly name: ProductReference; readonly catalogued: LoadedProduct }
  | { readonly item: 'profile'; readonly name: string; readonly profile: PaymentProfile }
);

export type Examined = ExaminedRight | { readonly kind: 'refused'; readonly findings: CatalogueFindings };

/** What is in production, and what a draft would come to beside it. */
export interface DraftCatalogue {
  readonly catalogue: ReadonlyMap<string, CataloguedProduct>;
  readonly profiles: ReadonlyMap<string, PaymentProfile>;
  examine(item: ProductItem, content: unknown): Promise<Examined>;
  add(examined: ExaminedRight): void;
}

/** A draft as it stands: what is wrong with it, or in what it differs from the version before. */
export interface CheckedDraft {
  readonly item: ProductItem;
  readonly name: string;
  readonly digest: string;
  /** Empty where it may be put into production. */
  readonly findings: readonly CatalogueFinding[];
  /** The version in production that it is compared with; null where there is none of this name. */
  readonly before: string | null;
  readonly differences: readonly Difference[];
}

const act = 'product-to-production';
const nameForm = /^([a-z][a-z0-9-]{0,39})@([1-9][0-9]{0,4})$/;
/** Lines of a statement that a person can be expected to read. */
const mostDifferences = 60;

/**
 * Products and payment profiles as people make them: drafts that change until they are right, and two people who put one into production. What
 * is in production never changes; the next version takes its place in new batches.
 */
export class ProductDrafts {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;
  readonly #catalogue: DraftCatalogue;
  readonly #issuers: readonly string[];

  constructor(options: {
    readonly journal: Journal;
    readonly approvals: ApprovalsPort;
    readonly catalogue: DraftCatalogue;
    /** The issuers that the station serves. */
    readonly issuers: readonly string[];
  }) {
    this.#journal = options.journal;
    this.#approvals = options.approvals;
    this.#catalogue = options.catalogue;
    this.#issuers = options.issuers;
  }

  list(): readonly ProductDraftRow[] {
    return this.#journal.projections.products.drafts();
  }

  /** PRODUCT-NO-DRAFT. */
  find(item: ProductItem, name: string): ProductDraftRow {
    const row = this.#journal.projections.products.draft(item, name);
    if (row === null) throw new StationFault('PRODUCT-NO-DRAFT', { name });
    return row;
  }

  /** Holds content against every rule, whether it is kept as a draft or not. PRODUCT-DRAFT-NAME where it bears no name. */
  async check(item: ProductItem, content: unknown): Promise<CheckedDraft> {
    const { name, issuer } = identityOf(item, content);
    this.#requireOwn(item, name, issuer);
    const digest = digestOf(content);
    const before = this.#before(item, name);
    const examined = await this.#catalogue.examine(item, content);
    const taken = [
      ...(this.#inProduction(item, name)
        ? [{ field: 'version', reason: `${name} is in production and does not change any more` }]
        : []),
      ...(issuer === null || this.#issuers.includes(issuer)
        ? []
        : [{ field: 'issuer', reason: 'is no issuer of this station' }]),
    ];
    if (examined.kind === 'refused') {
      return { item, name, digest, findings: [...taken, ...examined.findings], before, differences: [] };
    }
    return { item, name, digest, findings: taken, before, differences: this.#differences(examined, before) };
  }

  /** What a product's content comes to, for a dry run; PRODUCT-DRAFT-WRONG with its first finding. */
  async product(content: unknown): Promise<LoadedProduct> {
    const { name } = identityOf('product', content);
    const examined = await this.#catalogue.examine('product', content);
    if (examined.kind === 'right' && examined.item === 'product') return examined.catalogued;
    const [first] = examined.kind === 'refused' ? examined.findings : [];
    throw new StationFault('PRODUCT-DRAFT-WRONG', { name, ...first });
  }

  /** Keeps content as it is, right or not yet; the draft of that name before is replaced. PRODUCT-DRAFT-NAME, PRODUCT-IN-PRODUCTION, PRODUCT-PROPOSED. */
  save(item: ProductItem, content: Readonly<Record<string, unknown>>, person: PersonId): void {
    const { name, issuer } = identityOf(item, content);
    this.#requireOwn(item, name, issuer);
    if (this.#inProduction(item, name)) throw new StationFault('PRODUCT-IN-PRODUCTION', { name });
    const place = cardNumberIn(content, []);
    if (place !== null) throw new StationFault('PRODUCT-DRAFT-CARD-NUMBER', { name, field: place });
    this.#requireNotProposed(item, name);
    this.#journal.append({
      kind: 'product-draft.saved',
      actor: { kind: 'person', person },
      issuer,
      subjects: { product: name },
      payload: { item, name, digest: digestOf(content), content },
    });
  }

  /** PRODUCT-NO-DRAFT, PRODUCT-PROPOSED. */
  discard(item: ProductItem, name: string, person: PersonId): void {
    const { issuer } = this.find(item, name);
    this.#requireNotProposed(item, name);
    this.#journal.append({
      kind: 'product-draft.discarded',
      actor: { kind: 'person', person },
      issuer,
      subjects: { product: name },
      payload: { item, name },
    });
  }

  /** Asks for the signature under exactly this content. PRODUCT-NO-DRAFT, PRODUCT-DRAFT-WRONG with its first finding, and the faults of approvals. */
  async propose(item: ProductItem, name: string, asker: PersonId): Promise<ApprovalId> {
    const { issuer, digest, content } = this.find(item, name);
    const checked = await this.check(item, JSON.parse(content));
    requireRight(checked);
    const examined = await this.#catalogue.examine(item, JSON.parse(content));
    this.#requireNotProposed(item, name);
    return this.#approvals.request(
      {
        act,
        subject: name,
        subjectDigest: digest,
        fields: statementFields(checked, examined),
        issuer: issuer as IssuerId | null,
        asker,
        subjects: { product: name },
      },
      (approval) => ({
        kind: 'product-draft.proposed',
        actor: { kind: 'person', person: asker },
        issuer,
        subjects: { product: name, approval },
        payload: { approval, item, name, digest },
      }),
    ).approval;
  }

  /** Puts a signed draft into production; what is no longer right, or no longer what was signed, is withdrawn. */
  async carryOut(approval: ApprovalId): Promise<void> {
    const proposal = this.#journal.projections.products.proposal(approval);
    if (proposal === null) throw new StationFault('APPROVAL-UNKNOWN');
    const { item, name, digest } = proposal;
    const used = this.#approvals.use(approval, act, digest);
    const row = stillPossible(this.#journal, approval, () => this.#asSigned(item, name, digest));
    const content = JSON.parse(row.content) as Record<string, unknown>;
    const examined = await this.#catalogue.examine(item, content);
    if (examined.kind === 'refused') {
      return stillPossible(this.#journal, approval, () => {
        throw new StationFault('PRODUCT-DRAFT-WRONG', { name, ...examined.findings[0] });
      });
    }
    this.#journal.append(used, {
      kind: 'product.put-into-production',
      actor: { kind: 'person', person: row.savedBy },
      issuer: row.issuer,
      subjects: { product: name, approval },
      payload: { item, name, digest, content },
    });
    this.#catalogue.add(examined);
  }

  /** The draft that was signed; PRODUCT-NO-DRAFT, PRODUCT-DRAFT-CHANGED. */
  #asSigned(item: ProductItem, name: string, digest: string): ProductDraftRow {
    const row = this.find(item, name);
    if (row.digest !== digest) throw new StationFault('PRODUCT-DRAFT-CHANGED', { name });
    return row;
  }

  /** An id belongs to the issuer that first had it: for everybody else there is no such thing. ACCESS-NOT-FOUND. */
  #requireOwn(item: ProductItem, name: string, issuer: string | null): void {
    if (item === 'profile') return;
    const id = name.slice(0, name.lastIndexOf('@'));
    const drafts = this.list().filter((row) => row.item === item && row.name.startsWith(`${id}@`));
    const made = [...this.#catalogue.catalogue.values()].filter(({ product }) => product.id === id);
    const owners = [...drafts.map((row) => row.issuer), ...made.map(({ product }) => product.issuer)];
    if (owners.some((owner) => owner !== issuer)) throw new StationFault('ACCESS-NOT-FOUND');
  }

  #inProduction(item: ProductItem, name: string): boolean {
    return item === 'product' ? this.#catalogue.catalogue.has(name) : this.#catalogue.profiles.has(name);
  }

  /** The newest version in production of the same id, other than this one. */
  #before(item: ProductItem, name: string): string | null {
    const id = name.slice(0, name.lastIndexOf('@'));
    const names = [...(item === 'product' ? this.#catalogue.catalogue : this.#catalogue.profiles).keys()];
    const versions = names.flatMap((each) => {
      const [, of, version] = nameForm.exec(each) ?? [];
      return of === id && each !== name ? [Number(version)] : [];
    });
    return versions.length === 0 ? null : `${id}@${Math.max(...versions)}`;
  }

  #differences(examined: ExaminedRight, before: string | null): readonly Difference[] {
    if (before === null) return [];
    if (examined.item === 'product') {
      const earlier = this.#catalogue.catalogue.get(before);
      return earlier === undefined ? [] : compareProducts(earlier, examined.catalogued);
    }
    const earlier = this.#catalogue.profiles.get(before);
    return earlier === undefined ? [] : compareProfiles(earlier, examined.profile);
  }

  #requireNotProposed(item: ProductItem, name: string): void {
    const { approvals, products } = this.#journal.projections;
    for (const { approval } of [...approvals.inState('open'), ...approvals.inState('given')]) {
      const proposal = products.proposal(approval);
      if (proposal?.item === item && proposal.name === name) throw new StationFault('PRODUCT-PROPOSED', { name });
    }
  }
}

function requireRight({ name, findings: [first] }: CheckedDraft): void {
  if (first !== undefined) throw new StationFault('PRODUCT-DRAFT-WRONG', { name, ...first });
}

/** SHA-256 of the canonical JSON (RFC 8785), lower-case hexadecimal. */
function digestOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Whose it is and what it is called, whatever else may be wrong with it; a profile is nobody's. */
function identityOf(item: ProductItem, content: unknown): { readonly name: string; readonly issuer: string | null } {
  const { id, version, issuer } = (typeof content === 'object' && content !== null ? content : {}) as Record<
    string,
    unknown
  >;
  const name = `${String(id)}@${String(version)}`;
  if (!nameForm.test(name)) throw new StationFault('PRODUCT-DRAFT-NAME', { name: String(id) });
  if (item === 'profile') return { name, issuer: null };
  if (typeof issuer !== 'string' || issuer === '') throw new StationFault('PRODUCT-DRAFT-NAME', { name });
  return { name, issuer };
}

/** Where a text may hold a card number; constants in hexadecimal digits are none. */
function cardNumberIn(value: unknown, path: readonly string[]): string | null {
  if (typeof value === 'string') return !isHexadecimal(value) && holdsCardNumber(value) ? path.join('.') : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = holdsCardNumber(key) ? [...path, '-'].join('.') : cardNumberIn(inner, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

/** Bytes with a letter among their digits, or nothing but zeros: no card number. */
function isHexadecimal(text: string): boolean {
  const digits = text.replace(/^constant:/, '');
  return /^(?:[0-9a-f]{2})+$/.test(digits) && (/[a-f]/.test(digits) || /^0+$/.test(digits));
}

/** What the second person must not miss stands first, whatever else there is. */
const firstRead: readonly string[] = ['keys', 'chip', 'proof', 'product', 'data'];

function inOrderOfWeight<Row extends { readonly area: string }>(rows: readonly Row[]): readonly Row[] {
  const weight = ({ area }: Row): number => {
    const at = firstRead.indexOf(area);
    return at < 0 ? firstRead.length : at;
  };
  return rows.toSorted((one, other) => weight(one) - weight(other));
}

/** What a product says that has no version before it. */
function factsOf(examined: Examined, before: string | null): readonly StatementField[] {
  if (before !== null || examined.kind === 'refused' || examined.item === 'profile') return [];
  const facts = inOrderOfWeight(describeProduct(examined.catalogued.product)).slice(0, mostDifferences);
  return facts.map(({ subject, value }) => ({ label: subject, value }));
}

function statementFields(checked: CheckedDraft, examined: Examined): readonly StatementField[] {
  const { item, name, digest, before, differences } = checked;
  const title =
    examined.kind === 'refused'
      ? ''
      : examined.item === 'product'
        ? examined.catalogued.product.title
        : examined.profile.title;
  const environment =
    examined.kind === 'refused'
      ? ''
      : examined.item === 'product'
        ? examined.catalogued.product.environment
        : examined.profile.environment;
  const shown = inOrderOfWeight(differences).slice(0, mostDifferences);
  const left = differences.length - shown.length;
  return [
    { label: item === 'product' ? 'Product' : 'Payment profile', value: name },
    { label: 'Title', value: title },
    { label: 'For', value: environment === 'live' ? 'live cards' : 'test cards' },
    { label: 'Digest of the content (SHA-256)', value: digest },
    { label: 'Compared with', value: before ?? 'nothing: it is new' },
    ...factsOf(examined, before),
    ...shown.map(({ subject, text }, at) => ({ label: `Difference ${at + 1}`, value: `${subject}: ${text}` })),
    ...(left > 0 ? [{ label: 'Further differences', value: `${left}, all under the digest above` }] : []),
  ];
}
