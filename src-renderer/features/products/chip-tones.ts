import type { ProductSummaryView } from '#shared/contract/views/product-views.ts';
import type { Tone } from '../../components/tone.ts';

/** How the origin of a chip's data looks. */
export const chipTones: Readonly<Record<ProductSummaryView['chip'], Tone>> = {
  none: 'quiet',
  container: 'information',
  station: 'good',
};
