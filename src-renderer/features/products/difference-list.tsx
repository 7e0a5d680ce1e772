import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { ComparisonView, DifferenceView } from '#shared/contract/views/product-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';

const tones: Readonly<Record<DifferenceView['kind'], Tone>> = { added: 'good', removed: 'bad', changed: 'warning' };

function Said({ text }: { readonly text: string | null }) {
  const { t } = useTranslation();
  if (text === null)
    return (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {t('comparison.nothing')}
      </Box>
    );
  return (
    <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
      {text}
    </Box>
  );
}

/** Every difference under its area: what it is about, how it differs, and what each of the two says. */
export function DifferenceList({ comparison }: { readonly comparison: ComparisonView }) {
  const { t } = useTranslation();
  const { before, after, differences } = comparison;
  const columns: readonly Column<DifferenceView>[] = [
    { key: 'what', head: t('comparison.what'), cell: (one) => one.subject.replace(/,$/, '') },
    {
      key: 'mark',
      head: t('comparison.mark'),
      width: 'content',
      cell: (one) => <StateMark tone={tones[one.kind]} label={t(`comparison.kind.${one.kind}`)} />,
    },
    { key: 'before', head: <Identifier>{before}</Identifier>, cell: (one) => <Said text={one.before} /> },
    { key: 'after', head: <Identifier>{after}</Identifier>, cell: (one) => <Said text={one.after} /> },
  ];
  const areas = [...new Set(differences.map(({ area }) => area))];
  return areas.map((area) => (
    <Panel key={area} title={t(`products.area.${area}`)} padding="none">
      <PlainTable
        label={t(`products.area.${area}`)}
        columns={columns}
        rows={differences.filter((one) => one.area === area)}
        keyOf={(one) => one.text}
      />
    </Panel>
  ));
}
