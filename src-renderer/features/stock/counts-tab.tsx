import Pin from '@mui/icons-material/PinOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { CountView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { OneOf } from '../../components/one-of.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { CountStateMark } from './count-state-mark.tsx';
import { useCounts } from './use-stock.ts';

function CountRow({ count, person }: { readonly count: CountView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const wanted = count.yourFigure === 'wanted' || count.state === 'differs';
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        gap: 2,
        alignItems: 'center',
        paddingInline: 2.5,
        paddingBlock: 1.25,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>
          {count.itemTitle} · {count.placeTitle}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {t('counts.openedBy', { person: count.openedBy, time: formatDateTime(count.opened) })}
        </Typography>
      </Box>
      <CountStateMark state={count.state} />
      <Button
        variant={wanted && actIn(person, 'count-stock') ? 'contained' : 'outlined'}
        href={addressOf({ kind: 'count', count: count.count })}
        aria-label={t('counts.openNamed', { item: count.itemTitle, place: count.placeTitle })}
      >
        {t(wanted && actIn(person, 'count-stock') ? 'counts.go' : 'counts.open')}
      </Button>
    </Box>
  );
}

/** Blind counts: those that are open, and those of before. */
export function CountsTab({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const [show, setShow] = useState<'open' | 'all'>('open');
  const view = useCounts(show);
  return (
    <Panel
      title={t('counts.title')}
      note={t('counts.note')}
      padding="none"
      actions={
        <OneOf
          label={t('counts.show')}
          value={show}
          onChange={setShow}
          options={[
            { value: 'open', label: t('counts.shelf.open') },
            { value: 'all', label: t('counts.shelf.all') },
          ]}
        />
      }
    >
      <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
        {({ counts }) =>
          counts.length === 0 ? (
            <EmptyState
              icon={<Pin />}
              title={t('counts.empty')}
              text={t('counts.emptyDetail')}
              action={<Button href={addressOf({ kind: 'stock', tab: 'places' })}>{t('counts.toPlaces')}</Button>}
            />
          ) : (
            <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {counts.map((count) => (
                <CountRow key={count.count} count={count} person={person} />
              ))}
            </Box>
          )
        }
      </Shown>
    </Panel>
  );
}
