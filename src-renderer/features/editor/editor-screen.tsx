import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import type { DraftView } from '#shared/contract/views/product-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Page } from '../../components/page.tsx';
import { addressOf } from '../../router/route.ts';
import type { DraftTab } from '../../router/route.ts';
import { useProducts } from '../products/use-products.ts';
import { nextVersion, shownText } from './draft-content.ts';
import { Editor } from './editor.tsx';
import { useDraft, useDrafts } from './use-draft.ts';
import type { ProductsItem } from './use-draft.ts';

interface EditorScreenProps {
  readonly item: ProductsItem;
  readonly name: string;
  readonly tab: DraftTab;
}

/** A draft of a product or profile, or the next version of what is in production, as a form. */
export function EditorScreen({ item, name, tab }: EditorScreenProps) {
  const { t } = useTranslation();
  const [view, drafts, list] = [useDraft(item, name), useDrafts(), useProducts()];
  const views = [view, drafts, list];
  // A form lies over what came first: what comes later must not take a person's work away.
  const [begun, setBegun] = useState<DraftView | null>(null);
  if (begun === null && view.data !== undefined && !view.isFetching) setBegun(view.data);
  const failed = views.find((one) => one.isError && one.data === undefined);
  if (begun !== null && drafts.data !== undefined && list.data !== undefined) {
    const made =
      item === 'product'
        ? list.data.products.map(({ product }) => product)
        : list.data.profiles.map(({ profile }) => profile);
    const names = [...made, ...drafts.data.drafts.filter((one) => one.item === item).map((one) => one.name)];
    const content = begun.content as DraftContent;
    const { state } = begun;
    const initial = state === 'draft' ? content : { ...content, version: nextVersion(shownText(content['id']), names) };
    const approval = drafts.data.drafts.find((one) => one.item === item && one.name === name)?.approval ?? null;
    return <Editor item={item} begun={name} initial={initial} state={state} approval={approval} tab={tab} />;
  }
  return (
    <Page
      title={t('editor.screen', { name })}
      above={
        <Link href={addressOf({ kind: 'products' })} variant="body2">
          {t('products.back')}
        </Link>
      }
    >
      {failed === undefined ? (
        <Skeleton variant="rounded" height={420} />
      ) : (
        <FaultNotice thrown={failed.error} onRetry={() => views.forEach((one) => void one.refetch())} />
      )}
    </Page>
  );
}
