import type { CheckedDraftView } from '#shared/contract/views/product-views.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { maySee } from '../access/rights.ts';
import type { CheckedDraft } from '../products/product-drafts.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { productOf, profileOf } from './named-products.ts';
import type { Services } from './services.ts';
import { approvalView } from './views/approval-view.ts';

type Content = Record<string, unknown>;

/** What a product's or profile's file says, to begin a draft from. */
function sourceOf(item: 'product' | 'profile', name: string, services: Services): Content {
  return (item === 'product' ? productOf(name, services).source : profileOf(name, services)) as Content;
}

function checkedView({ findings, differences, ...identity }: CheckedDraft): CheckedDraftView {
  return { ...identity, findings: [...findings], differences: [...differences] };
}

/** Products and profiles as people make them. */
export const productDrafts = {
  drafts: api.products.drafts.handler(({ context }) => {
    const person = personOf(context);
    const { drafts, journal } = context.services;
    const { approvals, products: projected } = journal.projections;
    const waiting = [...approvals.inState('open'), ...approvals.inState('given')].map(({ approval }) => approval);
    const rows = drafts.list().filter(({ issuer }) => issuer === null || maySee(person, issuer));
    return {
      drafts: rows.map(({ item, name, issuer, digest, savedBy, savedAt }) => {
        const isOfDraft = (approval: string): boolean => {
          const proposal = projected.proposal(approval);
          return proposal?.item === item && proposal.name === name;
        };
        return { item, name, issuer, digest, savedBy, savedAt, approval: waiting.find(isOfDraft) ?? null };
      }),
    };
  }),
  draft: api.products.draft.handler(async ({ context, input: { item, name } }) => {
    const { drafts } = context.services;
    const row = drafts.list().find((each) => each.item === item && each.name === name);
    const content = row === undefined ? sourceOf(item, name, context.services) : (JSON.parse(row.content) as Content);
    const checked = checkedView(await drafts.check(item, content));
    return { state: row === undefined ? ('in-production' as const) : ('draft' as const), content, checked };
  }),
  checkDraft: api.products.checkDraft.handler(async ({ context, input: { item, content } }) =>
    checkedView(await context.services.drafts.check(item, content)),
  ),
  draftScript: api.products.draftScript.handler(async ({ context, input: { content } }) => {
    const { drafts, products } = context.services;
    const { plan, steps } = products.sampleScript(await drafts.product(content));
    const { product, productDigest, planDigest } = plan;
    return { product, productDigest, planDigest, steps: [...steps] };
  }),
  saveDraft: api.products.saveDraft.handler(async ({ context, input: { item, content } }) => {
    const { drafts } = context.services;
    drafts.save(item, content, personOf(context).person as PersonId);
    return checkedView(await drafts.check(item, content));
  }),
  discardDraft: api.products.discardDraft.handler(({ context, input: { item, name } }) => {
    context.services.drafts.discard(item, name, personOf(context).person as PersonId);
    return {};
  }),
  proposeDraft: api.products.proposeDraft.handler(async ({ context, input: { item, name } }) => {
    const approval = await context.services.drafts.propose(item, name, personOf(context).person as PersonId);
    const row = context.services.journal.projections.approvals.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return approvalView(row, context.services);
  }),
};
