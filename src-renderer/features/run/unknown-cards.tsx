import HelpCenter from '@mui/icons-material/HelpCenterOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf } from '../../router/route.ts';
import type { Route } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

/** A card of which nobody knows yet how it ends: it is in a machine, may be, or is to be found. */
interface UnknownCard {
  readonly key: string;
  readonly title: string;
  readonly order: string | null;
  readonly since: string | null;
  readonly todo: string;
  readonly link: Route | null;
}

function useWhatToDo(): (line: LineView) => string {
  const { t } = useTranslation();
  return (line) => line.fault?.guide.next ?? t('unknownCards.machineIsAsked');
}

/** Cards at the lines of this station whose step was broken off. */
function useAtLines(lines: readonly LineView[]): readonly UnknownCard[] {
  const whatToDo = useWhatToDo();
  return lines.flatMap((line): UnknownCard[] => {
    const kind = line.fault?.guide.card.kind;
    const stuck = kind === 'in-machine' || kind === 'unknown' || kind === 'out';
    if (line.card === null || !(stuck || line.state === 'disconnected')) return [];
    return [
      {
        key: line.card.attempt,
        title: `${line.title} · ${line.card.maskedPan ?? line.card.order}`,
        order: line.card.order,
        since: line.fault?.since ?? line.card.stepSince,
        todo: whatToDo(line),
        link: line.batch === null ? null : { kind: 'batch', batch: line.batch, tab: 'cards' },
      },
    ];
  });
}

function Row({ card, now }: { readonly card: UnknownCard; readonly now: number }) {
  const { t } = useTranslation();
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
      <HelpCenter aria-hidden sx={{ color: 'warning.main' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>
          {card.title}
          {card.order !== null && (
            <Box component="span" sx={{ fontWeight: 400, color: 'text.secondary' }}>
              {' · '}
              <Identifier>{card.order}</Identifier>
            </Box>
          )}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {card.todo}
        </Typography>
      </Box>
      {card.since !== null && (
        <Typography variant="caption" color="textSecondary" sx={{ whiteSpace: 'nowrap' }}>
          {t('guide.since', { time: formatTime(card.since), age: formatAge(card.since, now) })}
        </Typography>
      )}
      {card.link !== null && (
        <Button size="small" href={addressOf(card.link)} aria-label={t('unknownCards.openNamed', { card: card.title })}>
          {t('unknownCards.open')}
        </Button>
      )}
    </Box>
  );
}

interface UnknownCardsProps {
  readonly person: PersonView;
  readonly lines: readonly LineView[];
}

/** The task list of cards that are unknown, in the machine: those at the lines, and those at lines that are no more. */
export function UnknownCards({ person, lines }: UnknownCardsProps) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const titles = new Set(lines.map((line) => line.title));
  const home = useView({
    call: 'home.waiting',
    input: {},
    topics: ['batches', 'approvals', 'looks', 'sync', 'devices', 'stock'],
    ask: (signal) => station.home.waiting({}, { signal }),
    when: actIn(person, 'run-production') ? 'now' : 'later',
  });
  const elsewhere = (home.data?.tasks ?? [])
    .filter((task) => task.kind === 'unknown-card' && ![...titles].some((title) => task.title.startsWith(`${title}:`)))
    .map((task): UnknownCard => ({
      key: task.title,
      title: task.title,
      order: null,
      since: null,
      todo: task.detail,
      link: null,
    }));
  const cards = [...useAtLines(lines), ...elsewhere];
  if (cards.length === 0) return null;
  return (
    <Panel title={t('unknownCards.title')} note={t('unknownCards.note')} padding="none">
      <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {cards.map((card) => (
          <Row key={card.key} card={card} now={now} />
        ))}
      </Box>
    </Panel>
  );
}
