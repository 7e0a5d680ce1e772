import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import { productKey } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { compareProducts } from '#shared/product-description/compare-products.ts';
import { compareProfiles } from '#shared/product-description/compare-profiles.ts';
import { profileGroupings } from '#shared/product-description/described-grouping.ts';
import { maySee } from '../access/rights.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { productOf, profileOf } from './named-products.ts';
import { productDrafts } from './product-drafts.ts';
import { groupingViews, productSummary, productView, profileKey, profileSummary } from './views/product-view.ts';

const keysLimit = 15_000;
const scriptLimit = 15_000;

export const products = {
  list: api.products.list.handler(({ context }) => {
    const person = personOf(context);
    const { services } = context;
    return {
      products: services.products
        .all()
        .filter(({ product }) => maySee(person, product.issuer))
        .map((one) => productSummary(one, services)),
      profiles: services.products.profiles().map(profileSummary),
    };
  }),
  show: api.products.show.handler(({ context, input, signal }) =>
    productView(productOf(input.product, context.services), context.services, signal ?? AbortSignal.timeout(keysLimit)),
  ),
  compare: api.products.compare.handler(({ context, input }) => {
    const [before, after] = [productOf(input.before, context.services), productOf(input.after, context.services)];
    return { ...input, differences: [...compareProducts(before, after)] };
  }),
  showProfile: api.products.showProfile.handler(({ context, input }) => {
    const person = personOf(context);
    const profile = profileOf(input.profile, context.services);
    const using = context.services.products
      .all()
      .filter(({ profile: first, further }) =>
        [...(first === null ? [] : [first]), ...further].some((one) => profileKey(one) === input.profile),
      );
    return {
      summary: profileSummary(profile),
      groupings: groupingViews(profileGroupings(profile)),
      products: using.filter(({ product }) => maySee(person, product.issuer)).map(({ product }) => productKey(product)),
    };
  }),
  compareProfiles: api.products.compareProfiles.handler(({ context, input }) => {
    const [before, after] = [profileOf(input.before, context.services), profileOf(input.after, context.services)];
    return { ...input, differences: [...compareProfiles(before, after)] };
  }),
  ...productDrafts,
  script: api.products.script.handler(async ({ context, input, signal }) => {
    const { services } = context;
    const known = services.journal.projections.orders.find(input.batch, input.order);
    if (known === null) throw new StationFault('ACCESS-NOT-FOUND');
    const limit = signal ?? AbortSignal.timeout(scriptLimit);
    const { plan, steps } = await services.products.script(input.batch as BatchId, input.order as OrderId, limit);
    const { product, productDigest, planDigest } = plan;
    return { ...input, product, productDigest, planDigest, steps: [...steps] };
  }),
};
