import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import NewReleases from '@mui/icons-material/NewReleasesOutlined';
import Rule from '@mui/icons-material/RuleOutlined';
import Paper from '@mui/material/Paper';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CheckedDraftView } from '#shared/contract/views/product-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { DifferenceList } from '../products/difference-list.tsx';

interface DraftDifferencesProps {
  readonly view: UseQueryResult<CheckedDraftView>;
  readonly name: string;
}

/** In what the draft differs from the newest version in production. */
export function DraftDifferences({ view, name }: DraftDifferencesProps) {
  const { t } = useTranslation();
  return (
    <Shown view={view} skeleton={<SkeletonRows rows={6} />}>
      {({ before, differences, findings }) => {
        if (before !== null && differences.length > 0)
          return <DifferenceList comparison={{ before, after: name, differences }} />;
        const [Icon, word] =
          findings.length > 0
            ? ([Rule, 'firstMend'] as const)
            : before === null
              ? ([NewReleases, 'isNew'] as const)
              : ([CheckCircle, 'noDifference'] as const);
        return (
          <Paper variant="outlined">
            <EmptyState icon={<Icon />} title={t(`editor.${word}`)} text={t(`editor.${word}Detail`)} />
          </Paper>
        );
      }}
    </Shown>
  );
}
