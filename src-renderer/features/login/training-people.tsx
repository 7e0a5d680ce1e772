import Avatar from '@mui/material/Avatar';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import { initials } from '../../format/person.ts';

type TrainingPerson = HelloView['trainingPeople'][number];

interface TrainingPeopleProps {
  readonly people: readonly TrainingPerson[];
  readonly onChoose: (person: TrainingPerson) => void;
}

/** The people of training with their passwords; a click fills the form. */
export function TrainingPeople({ people, onChoose }: TrainingPeopleProps) {
  const { t } = useTranslation();
  return (
    <Box
      component="ul"
      sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 1, gridTemplateColumns: '1fr 1fr' }}
    >
      {people.map((person) => (
        <li key={person.person}>
          <ButtonBase
            onClick={() => onChoose(person)}
            sx={{
              display: 'flex',
              justifyContent: 'flex-start',
              textAlign: 'left',
              gap: 1.25,
              width: '100%',
              height: '100%',
              padding: 1.25,
              border: 1,
              borderColor: 'divider',
              borderRadius: '10px',
              backgroundColor: 'background.paper',
              '&:hover': { borderColor: 'primary.main', backgroundColor: 'action.hover' },
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
            <Box component="span" sx={{ minWidth: 0 }}>
              <Typography component="span" variant="body2" sx={{ display: 'block', fontWeight: 650 }}>
                {person.displayName}
              </Typography>
              <Typography component="span" variant="caption" color="textSecondary" sx={{ display: 'block' }}>
                {t(`role.${person.role}`)} · {person.issuers === 'all' ? t('top.allIssuers') : person.issuers}
              </Typography>
              <Typography component="span" variant="caption" sx={{ display: 'block', overflowWrap: 'anywhere' }}>
                {person.person} / {person.password}
              </Typography>
            </Box>
          </ButtonBase>
        </li>
      ))}
    </Box>
  );
}
