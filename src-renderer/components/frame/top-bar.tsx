import DarkMode from '@mui/icons-material/DarkModeOutlined';
import LightMode from '@mui/icons-material/LightModeOutlined';
import Logout from '@mui/icons-material/LogoutOutlined';
import Avatar from '@mui/material/Avatar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn, initials } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useAppearance } from '../../stores/appearance-store.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';
import { SyncBadge } from './sync-badge.tsx';

export function AppearanceButton() {
  const { t } = useTranslation();
  const { appearance, turn } = useAppearance();
  return (
    <IconButton onClick={turn} aria-label={t(appearance === 'light' ? 'top.toDark' : 'top.toLight')} color="inherit">
      {appearance === 'light' ? <DarkMode /> : <LightMode />}
    </IconButton>
  );
}

/** Who works here, for whom, and the few things that every screen has. */
export function TopBar({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const leave = useSession((store) => store.leave);
  const logOut = useCommand(() => station.session.logOut({}), leave);
  const issuers = person.issuers === 'all' ? t('top.allIssuers') : person.issuers.join(', ');
  return (
    <Box
      component="header"
      sx={{
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        height: 60,
        paddingInline: 3,
        borderBottom: 1,
        borderColor: 'divider',
        backgroundColor: 'background.paper',
      }}
    >
      <Avatar
        aria-hidden
        sx={{
          width: 34,
          height: 34,
          fontSize: '0.8125rem',
          fontWeight: 700,
          bgcolor: 'primary.main',
          color: 'primary.contrastText',
        }}
      >
        {initials(person.displayName)}
      </Avatar>
      <Box sx={{ minWidth: 0, lineHeight: 1.3 }}>
        <Typography variant="body2" sx={{ fontWeight: 650 }} noWrap>
          {person.displayName}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p" noWrap>
          {person.roles.map((role) => t(`role.${role}`)).join(', ')} · {issuers}
        </Typography>
      </Box>
      <Box sx={{ flex: 1 }} />
      {actIn(person, 'see-sync') && <SyncBadge person={person} />}
      <AppearanceButton />
      <Button size="small" startIcon={<Logout />} loading={logOut.isPending} onClick={() => logOut.mutate(undefined)}>
        {t('top.logOut')}
      </Button>
    </Box>
  );
}
