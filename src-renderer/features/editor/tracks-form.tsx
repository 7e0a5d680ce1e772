import Box from '@mui/material/Box';
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FieldGrid } from './field-grid.tsx';
import { ChoicePlace } from './form-fields.tsx';
import { standardOptions } from './options.ts';
import { AddRow, RowActions } from './row-list.tsx';
import { useChoice } from './use-choices.ts';

function Tracks() {
  const { t } = useTranslation();
  const trackSources = useChoice('trackSources');
  const rows = useFieldArray({ name: 'stripe.tracks' });
  return (
    <Box sx={{ display: 'grid', gap: 1.5, marginTop: 2 }}>
      {rows.fields.map(({ id }, at) => (
        <Box key={id} sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '160px 1fr auto', alignItems: 'start' }}>
          <ChoicePlace path={`stripe.tracks.${at}.track`} label={t('editor.track')} options={standardOptions.tracks} />
          <ChoicePlace path={`stripe.tracks.${at}.from`} label={t('editor.from')} options={trackSources} />
          <RowActions
            name={t('editor.trackRow', { number: at + 1 })}
            at={at}
            of={rows.fields.length}
            onMove={rows.move}
            onRemove={rows.remove}
          />
        </Box>
      ))}
      <AddRow label={t('editor.addTrack')} onAdd={() => rows.append({ track: 1, from: 'record:track1' })} />
    </Box>
  );
}

/** The stripe and what stands on each of its tracks. */
export function TracksForm() {
  const { t } = useTranslation();
  const coercivities = useChoice('coercivities');
  const stripes = useChoice('stripes');
  const { setValue } = useFormContext();
  const kind: unknown = useWatch({ name: 'stripe.kind' });
  return (
    <>
      <FieldGrid>
        <ChoicePlace
          path="stripe.kind"
          label={t('editor.stripeKind')}
          options={stripes}
          onChosen={(chosen) =>
            setValue(
              'stripe',
              chosen === 'none'
                ? { kind: 'none' }
                : { kind: 'tracks', coercivity: 'high', tracks: [{ track: 2, from: 'record:track2' }] },
            )
          }
        />
        {kind === 'tracks' && (
          <ChoicePlace path="stripe.coercivity" label={t('editor.coercivity')} options={coercivities} />
        )}
      </FieldGrid>
      {kind === 'tracks' && <Tracks />}
    </>
  );
}
