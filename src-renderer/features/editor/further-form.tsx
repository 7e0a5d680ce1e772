import Box from '@mui/material/Box';
import { useFieldArray } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ChoicePlace, TextPlace } from './form-fields.tsx';
import { AddRow, RowActions } from './row-list.tsx';
import { useProfileChoice } from './use-choices.ts';

/** Applications beside the first. */
export function FurtherForm() {
  const { t } = useTranslation();
  const profiles = useProfileChoice();
  const rows = useFieldArray({ name: 'chip.further' });
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {rows.fields.map(({ id }, at) => (
        <Box
          key={id}
          sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1.5fr 1.5fr auto', alignItems: 'start' }}
        >
          <TextPlace path={`chip.further.${at}.name`} label={t('editor.name')} />
          <TextPlace path={`chip.further.${at}.application`} label={t('editor.application')} />
          <ChoicePlace path={`chip.further.${at}.profile`} label={t('editor.profile')} options={profiles} />
          <RowActions
            name={t('editor.furtherRow', { number: at + 1 })}
            at={at}
            of={rows.fields.length}
            onMove={rows.move}
            onRemove={rows.remove}
          />
        </Box>
      ))}
      <AddRow label={t('editor.addFurther')} onAdd={() => rows.append({ name: '', application: '', profile: '' })} />
    </Box>
  );
}
