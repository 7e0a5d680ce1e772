import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useCallback, useMemo, useState } from 'react';
import { FormProvider } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Page } from '../../components/page.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { addressOf, draftTabs, readRoute } from '../../router/route.ts';
import type { DraftTab } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { shownText } from './draft-content.ts';
import { DraftDifferences } from './draft-differences.tsx';
import { DraftScript } from './draft-script.tsx';
import { EditorActions } from './editor-actions.tsx';
import { EditingProvider } from './editor-context.ts';
import { goToPlace } from './finding-place.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import { NextStep } from './next-step.tsx';
import { ProductForm } from './product-form.tsx';
import { ProfileForm } from './profile-form.tsx';
import { useChecked } from './use-draft.ts';
import type { ProductsItem } from './use-draft.ts';
import { useDraftForm } from './use-draft-form.ts';
import { useLeaveGuard } from './use-leave-guard.ts';

interface EditorProps {
  readonly item: ProductsItem;
  /** The name in the address. */
  readonly begun: string;
  readonly initial: DraftContent;
  readonly state: 'draft' | 'in-production';
  readonly approval: string | null;
  readonly tab: DraftTab;
}

function nameOf({ id, version }: DraftContent): string {
  return `${shownText(id)}@${shownText(version)}`;
}

/** The form, the differences and the dry run of one draft, with what is to be done next. */
export function Editor({ item, begun, initial, state, approval, tab }: EditorProps) {
  const { t } = useTranslation();
  const { form, content, changed, keep } = useDraftForm(initial);
  const [opened, setOpened] = useState<readonly number[]>([0]);
  const checked = useChecked(item, content);
  const findings = useMemo(() => checked.data?.findings ?? [], [checked.data]);
  const editing = useMemo(
    () => ({ findings, state: approval === null ? ('open' as const) : ('locked' as const) }),
    [findings, approval],
  );
  const stays = useCallback(
    (address: string) => {
      const route = readRoute(address);
      return route.kind === 'draft' && route.item === item && route.name === begun;
    },
    [item, begun],
  );
  const guard = useLeaveGuard(changed, stays);
  const show = (next: DraftTab) => goTo({ kind: 'draft', item, name: begun, tab: next });
  const go = (field: string) => {
    show('form');
    const [part, at] = field.split('.');
    if (part === 'groupings') setOpened((now) => [...new Set([...now, Number(at)])]);
    // The field may first have to appear.
    setTimeout(() => goToPlace(field), 150);
  };
  const toggle = (at: number) =>
    setOpened((now) => (now.includes(at) ? now.filter((one) => one !== at) : [...now, at]));
  const name = nameOf(content);
  const marks = { unsaved: 'warning', saved: 'quiet' } as const;
  const kept = state === 'draft' ? changed : changed === 'unsaved' ? 'unsaved' : 'new';
  return (
    <Page
      title={t('editor.screen', { name })}
      above={
        <Link href={addressOf({ kind: 'products' })} variant="body2">
          {t('products.back')}
        </Link>
      }
      beside={<StateMark tone={marks[changed]} label={t(`editor.state.${kept}`)} />}
      actions={
        <EditorActions
          item={item}
          begun={begun}
          state={state}
          changed={changed}
          approval={approval}
          ready={checked.data !== undefined && findings.length === 0 && !checked.isPlaceholderData}
          content={() => form.getValues()}
          onKept={keep}
        />
      }
    >
      <LeaveDialog to={guard.to} name={name} onStay={guard.stay} onLeave={guard.leave} />
      {checked.isError && <FaultNotice thrown={checked.error} onRetry={() => void checked.refetch()} />}
      <NextStep name={name} approval={approval} findings={findings} state={kept} onGo={go} />
      <Tabs
        value={tab}
        aria-label={t('editor.tabs')}
        onChange={(_event, next: DraftTab) => show(next)}
        sx={{ borderBottom: 1, borderColor: 'divider' }}
      >
        {draftTabs
          .filter((one) => one !== 'script' || item === 'product')
          .map((one) => (
            <Tab
              key={one}
              value={one}
              id={`tab-${one}`}
              {...(one === tab ? { 'aria-controls': 'tab-content' } : {})}
              label={t(`editor.tab.${one}`)}
            />
          ))}
      </Tabs>
      <Box
        role="tabpanel"
        id="tab-content"
        aria-labelledby={`tab-${tab}`}
        sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}
      >
        {tab === 'form' && (
          <FormProvider {...form}>
            <EditingProvider value={editing}>
              {item === 'product' ? (
                <ProductForm content={content} />
              ) : (
                <ProfileForm content={content} opened={opened} onOpen={toggle} onMoved={() => setOpened([])} />
              )}
            </EditingProvider>
          </FormProvider>
        )}
        {tab === 'differences' && <DraftDifferences view={checked} name={name} />}
        {tab === 'script' && <DraftScript content={content} findings={findings.length} />}
      </Box>
    </Page>
  );
}
