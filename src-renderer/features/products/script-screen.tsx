import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { groupedDigest } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import { ScriptSections } from './script-sections.tsx';
import { useScript } from './use-products.ts';

interface ScriptScreenProps {
  readonly batch: string;
  readonly order: string;
}

/** Everything that would be done to the card of one order. */
export function ScriptScreen({ batch, order }: ScriptScreenProps) {
  const { t } = useTranslation();
  const view = useScript(batch, order);
  return (
    <Page
      title={t('script.title', { order })}
      above={
        <Link href={addressOf({ kind: 'batch', batch, tab: 'records' })} variant="body2">
          {t('script.back', { batch })}
        </Link>
      }
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={420} />}>
        {(script) => (
          <>
            <Notice tone="information" title={t('script.note')} />
            <Panel title={t('script.product')}>
              <Facts
                form="lines"
                facts={[
                  {
                    label: t('script.product'),
                    value: (
                      <Link href={addressOf({ kind: 'product', product: script.product, tab: 'overview' })}>
                        {script.product}
                      </Link>
                    ),
                  },
                  { label: t('script.productDigest'), value: groupedDigest(script.productDigest) },
                  { label: t('script.planDigest'), value: groupedDigest(script.planDigest) },
                ]}
              />
            </Panel>
            <ScriptSections steps={script.steps} />
          </>
        )}
      </Shown>
    </Page>
  );
}
