import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../../format/person.ts';
import { useOpenApprovals } from '../../features/approvals/use-approvals.ts';
import { useOutstandingLooks } from '../../features/looks/use-looks.ts';
import { addressOf } from '../../router/route.ts';
import { useRoute } from '../../router/use-route.ts';
import { useProduction } from '../../stores/production-store.ts';
import { useSession } from '../../stores/session-store.ts';
import { BrandMark } from '../brand.tsx';
import { screens } from './screens.ts';
import type { Screen } from './screens.ts';

function Count({ count, label }: { readonly count: number; readonly label: string }) {
  return (
    <Box
      component="span"
      aria-label={label}
      role="img"
      sx={{
        minWidth: 22,
        height: 22,
        paddingInline: 0.75,
        borderRadius: 11,
        display: 'grid',
        placeItems: 'center',
        fontSize: '0.75rem',
        fontWeight: 700,
        color: '#2b1d00',
        backgroundColor: '#e6bb70',
      }}
    >
      {count}
    </Box>
  );
}

function NavigationLink({ screen, waiting }: { readonly screen: Screen; readonly waiting: number }) {
  const { t } = useTranslation();
  const route = useRoute();
  const chosen = screen.covers.includes(route.kind);
  return (
    <ButtonBase
      component="a"
      href={addressOf(screen.route)}
      {...(chosen ? { 'aria-current': 'page' as const } : {})}
      sx={(theme) => ({
        display: 'flex',
        justifyContent: 'flex-start',
        gap: 1.5,
        width: '100%',
        minHeight: 42,
        paddingInline: 1.5,
        borderRadius: '8px',
        fontSize: '0.9375rem',
        fontWeight: chosen ? 650 : 500,
        color: chosen ? theme.palette.nav.text : theme.palette.nav.quiet,
        backgroundColor: chosen ? theme.palette.nav.chosen : 'transparent',
        boxShadow: chosen ? 'inset 3px 0 0 #e6bb70' : 'none',
        '&:hover': { color: theme.palette.nav.text, backgroundColor: theme.palette.nav.chosen },
        '&.Mui-focusVisible': { outlineColor: '#e6bb70' },
      })}
    >
      <screen.Icon aria-hidden sx={{ fontSize: 21 }} />
      <Box component="span" sx={{ flex: 1 }}>
        {t(`nav.${screen.word}`)}
      </Box>
      {waiting > 0 && <Count count={waiting} label={t('nav.waiting', { count: waiting })} />}
    </ButtonBase>
  );
}

/** The screens that this person's acts open, with how much waits on each. */
export function Navigation({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const approvals = useOpenApprovals();
  const looks = useOutstandingLooks(person);
  const asking = useProduction((store) => store.view?.lines.filter((line) => line.fault !== null).length ?? 0);
  const station = useSession((store) => store.hello?.station ?? '');
  const waiting: Partial<Record<Screen['word'], number>> = {
    approvals: approvals.data?.approvals.length ?? 0,
    looks: looks.data?.looks.length ?? 0,
    run: asking,
  };
  return (
    <Box
      component="nav"
      aria-label={t('nav.label')}
      sx={(theme) => ({
        flex: 'none',
        width: { xs: 208, xl: 240 },
        display: 'flex',
        flexDirection: 'column',
        gap: 0.5,
        padding: 1.5,
        overflowY: 'auto',
        backgroundColor: theme.palette.nav.ground,
        color: theme.palette.nav.text,
      })}
    >
      <Box
        sx={{ display: 'flex', alignItems: 'center', gap: 1.25, paddingInline: 1, paddingTop: 0.75, paddingBottom: 2 }}
      >
        <BrandMark size={34} />
        <Typography sx={{ fontWeight: 700, fontSize: '1.125rem', letterSpacing: '-0.02em' }}>Cardwright</Typography>
      </Box>
      {screens
        .filter((screen) => actIn(person, screen.act))
        .map((screen) => (
          <NavigationLink key={screen.word} screen={screen} waiting={waiting[screen.word] ?? 0} />
        ))}
      <Box sx={{ flex: 1 }} />
      <Typography variant="caption" sx={{ paddingInline: 1.5, color: 'nav.quiet', overflowWrap: 'anywhere' }}>
        {t('nav.station', { station })}
      </Typography>
    </Box>
  );
}
