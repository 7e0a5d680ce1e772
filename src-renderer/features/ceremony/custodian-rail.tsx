import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Panel } from '../../components/panel.tsx';
import { formatCheckValue } from '../../format/numbers.ts';
import { custodianAtTurn } from './ceremony-turn.ts';

/** The custodians in their order, with how far each is; the one at turn stands out. */
export function CustodianRail({ ceremony, person }: { readonly ceremony: CeremonyView; readonly person: PersonView }) {
  const { t } = useTranslation();
  // Each confirms in any order: whoever is here and has not yet, is at turn.
  const mine = ceremony.custodians.find((one) => one.person === person.person);
  const turn = ceremony.state === 'confirming' && mine?.confirmed === 'no' ? mine : custodianAtTurn(ceremony);
  const confirms = ceremony.state !== 'waiting-for-approval' && ceremony.state !== 'entering';
  return (
    <Box sx={{ width: '100%' }}>
      <Panel title={t('ceremony.custodians')}>
        <Box component="ol" sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 1 }}>
          {ceremony.custodians.map((one) => {
            const now = one.component === turn?.component;
            return (
              <Box
                component="li"
                key={one.component}
                {...(now ? { 'aria-current': 'step' as const } : {})}
                sx={{
                  padding: 1.5,
                  borderRadius: '10px',
                  backgroundColor: now ? 'action.selected' : 'transparent',
                  boxShadow: now ? 'inset 3px 0 0 currentColor' : 'none',
                }}
              >
                <Typography variant="body2" sx={{ fontWeight: 650 }}>
                  {t('ceremony.component', { component: one.component, person: one.displayName })}
                  {one.person === person.person && ` (${t('ceremony.you')})`}
                </Typography>
                <Typography variant="body2" color="textSecondary">
                  {t(`ceremony.step.${one.state}`, { kcv: formatCheckValue(one.kcv ?? '') })}
                </Typography>
                {confirms && ceremony.state !== 'given-up' && ceremony.state !== 'lost' && (
                  <Typography variant="body2" color="textSecondary">
                    {t(`ceremony.confirmed.${one.confirmed}`)}
                  </Typography>
                )}
              </Box>
            );
          })}
        </Box>
      </Panel>
    </Box>
  );
}
