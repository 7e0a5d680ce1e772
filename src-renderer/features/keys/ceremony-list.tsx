import Groups from '@mui/icons-material/GroupsOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { addressOf } from '../../router/route.ts';
import { CeremonyStateMark } from '../ceremony/ceremony-state-mark.tsx';
import { custodianAtTurn } from '../ceremony/ceremony-turn.ts';
import { useCeremonies } from './use-keys.ts';

function CeremonyRow({ ceremony, person }: { readonly ceremony: CeremonyView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const mine = custodianAtTurn(ceremony)?.person === person.person;
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
        <Typography sx={{ fontWeight: 600 }}>{ceremony.key.name}</Typography>
        <Typography variant="caption" color="textSecondary">
          {ceremony.key.usageTitle}
          {' · '}
          {t('ceremonies.people', {
            people: ceremony.custodians.map(({ displayName }) => displayName).join(', '),
          })}
        </Typography>
      </Box>
      <CeremonyStateMark state={ceremony.state} />
      <Button
        variant={mine ? 'contained' : 'outlined'}
        href={addressOf({ kind: 'ceremony', ceremony: ceremony.ceremony })}
        aria-label={t('ceremonies.openNamed', { key: ceremony.key.name })}
      >
        {t(mine && ceremony.state === 'entering' ? 'ceremonies.go' : 'ceremonies.open')}
      </Button>
    </Box>
  );
}

/** Ceremonies under way and of before. */
export function CeremonyList({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useCeremonies();
  return (
    <Panel title={t('ceremonies.title')} note={t('ceremonies.note')} padding="none">
      <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
        {({ ceremonies }) =>
          ceremonies.length === 0 ? (
            <EmptyState icon={<Groups />} title={t('ceremonies.empty')} text={t('ceremonies.emptyDetail')} />
          ) : (
            <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {ceremonies.map((ceremony) => (
                <CeremonyRow key={ceremony.ceremony} ceremony={ceremony} person={person} />
              ))}
            </Box>
          )
        }
      </Shown>
    </Panel>
  );
}
