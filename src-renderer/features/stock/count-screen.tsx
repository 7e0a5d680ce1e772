import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { CountView } from '#shared/contract/views/stock-views.ts';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Shown } from '../../components/shown.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { CountDifference } from './count-difference.tsx';
import { Abandoning, CountForm } from './count-form.tsx';
import { useCounts } from './use-stock.ts';

/** What was counted and what should be there; shown only once the station tells it. */
function Outcome({ count }: { readonly count: CountView }) {
  const { t } = useTranslation();
  const figures = count.figures.flatMap((one) =>
    one.figure === null
      ? []
      : [{ label: t(`counts.figure.${one.round}`, { person: one.by }), value: formatCount(one.figure) }],
  );
  return (
    <Facts
      form="lines"
      facts={[
        ...figures,
        ...(count.expected === null ? [] : [{ label: t('counts.expected'), value: formatCount(count.expected) }]),
        ...(count.difference === null ? [] : [{ label: t('counts.difference'), value: String(count.difference) }]),
        ...(count.reason === null || count.reason === '' ? [] : [{ label: t('counts.reason'), value: count.reason }]),
      ]}
    />
  );
}

function Body({ count, person }: { readonly count: CountView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const may = actIn(person, 'count-stock');
  switch (count.state) {
    case 'first':
    case 'second':
      if (!may) return <Notice tone="information" title={t('counts.noRight')} />;
      if (count.yourFigure !== 'wanted') {
        return (
          <Notice tone="information" title={t('counts.notYou')}>
            {t('counts.notYouDetail')}
          </Notice>
        );
      }
      return <CountForm count={count} />;
    case 'differs':
      return (
        <>
          <Notice tone="bad" title={t('counts.differs')}>
            {t('counts.differsDetail')}
          </Notice>
          <Outcome count={count} />
          {may && <CountDifference count={count} />}
          {may && count.giveUp === 'yes' && <Abandoning count={count} />}
        </>
      );
    case 'same':
      return (
        <>
          <Notice tone="good" role="status" title={t('counts.same')}>
            {t('counts.sameDetail')}
          </Notice>
          <Outcome count={count} />
        </>
      );
    case 'booked':
    case 'abandoned':
      return (
        <>
          <Notice tone="information" title={t(`counts.${count.state}`)} />
          <Outcome count={count} />
        </>
      );
  }
}

/** One blind count, with nothing beside it: no figure of the station is on this screen before the person's own is given. */
export function CountScreen({ id, person }: { readonly id: string; readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useCounts('all');
  return (
    <Box sx={{ width: '100%', maxWidth: 640, marginInline: 'auto', paddingTop: 4 }}>
      <Page
        title={t('counts.one')}
        above={
          <Link href={addressOf({ kind: 'stock', tab: 'counts' })} variant="body2">
            {t('counts.back')}
          </Link>
        }
      >
        <Shown view={view} skeleton={<Skeleton variant="rounded" height={260} />}>
          {({ counts }) => {
            const count = counts.find((one) => one.count === id);
            if (count === undefined) return <Notice tone="warning" title={t('counts.gone')} />;
            return (
              <Box sx={{ display: 'grid', gap: 3 }}>
                <Box>
                  <Typography variant="h2" sx={{ fontSize: '1.375rem' }}>
                    {count.itemTitle}
                  </Typography>
                  <Typography color="textSecondary">
                    {count.placeTitle}
                    {' · '}
                    {t('counts.openedBy', { person: count.openedBy, time: formatDateTime(count.opened) })}
                  </Typography>
                </Box>
                <Body count={count} person={person} />
              </Box>
            );
          }}
        </Shown>
      </Page>
    </Box>
  );
}
