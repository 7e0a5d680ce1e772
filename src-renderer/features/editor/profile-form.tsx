import { useFieldArray, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { Panel } from '../../components/panel.tsx';
import { FieldGrid } from './field-grid.tsx';
import { ChoicePlace } from './form-fields.tsx';
import { GeneralPlaces } from './general-places.tsx';
import { GroupingForm, newRow } from './grouping-form.tsx';
import { AddRow } from './row-list.tsx';
import { UnknownPart } from './unknown-part.tsx';
import { useChoice } from './use-choices.ts';

const known = ['id', 'version', 'title', 'environment', 'application', 'groupings'];

interface ProfileFormProps {
  readonly content: DraftContent;
  /** Groupings that are open, by their place; one with a finding opens when a person goes there. */
  readonly opened: readonly number[];
  readonly onOpen: (at: number) => void;
  /** The places are others now. */
  readonly onMoved: () => void;
}

/** A payment profile as a form: its groupings, each with its values as a table. */
export function ProfileForm({ content, opened, onOpen, onMoved }: ProfileFormProps) {
  const { t } = useTranslation();
  const applications = useChoice('applications');
  const groupings = useFieldArray({ name: 'groupings' });
  const { getValues } = useFormContext();
  return (
    <>
      <Panel title={t('editor.general')}>
        <FieldGrid>
          <GeneralPlaces />
          <ChoicePlace
            path="application"
            label={t('editor.purpose')}
            unsaid={t('editorChoice.payment')}
            options={applications}
          />
        </FieldGrid>
      </Panel>
      {groupings.fields.map(({ id }, at) => (
        <GroupingForm
          key={id}
          at={at}
          of={groupings.fields.length}
          state={opened.includes(at) ? 'opened' : 'closed'}
          onOpen={() => onOpen(at)}
          onMove={(from, to) => {
            groupings.move(from, to);
            onMoved();
          }}
          onRemove={(gone) => {
            groupings.remove(gone);
            onMoved();
          }}
        />
      ))}
      <AddRow
        label={t('editor.addGrouping')}
        onAdd={() => {
          groupings.append({ dgi: '', content: 'open', meaning: '', rows: [{ ...newRow }] });
          onOpen((getValues('groupings') as readonly unknown[]).length - 1);
        }}
      />
      <UnknownPart content={content} known={known} />
    </>
  );
}
