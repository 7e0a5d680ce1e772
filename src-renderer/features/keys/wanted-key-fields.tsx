import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import type { KeyUsageView } from '#shared/contract/views/key-views.ts';
import { endIsToCome, withUsage } from './wanted-key.ts';
import type { WantedKey } from './wanted-key.ts';

interface WantedKeyFieldsProps {
  readonly wanted: WantedKey;
  /** The usages that this way in offers. */
  readonly usages: readonly KeyUsageView[];
  readonly issuers: readonly string[];
  /** The day of this machine. */
  readonly today: string;
  readonly onChange: (wanted: WantedKey) => void;
}

/** Use, algorithm, issuer and last day of a key that is asked for. */
export function WantedKeyFields({ wanted, usages, issuers, today, onChange }: WantedKeyFieldsProps) {
  const { t } = useTranslation();
  const usage = usages.find((one) => one.usage === wanted.usage);
  const wrongEnd = !endIsToCome(wanted.validUntil, today);
  const shrink = { inputLabel: { shrink: true } };
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1.6fr 1fr', paddingTop: 1 }}>
      <TextField
        select
        label={t('keyAsk.usage')}
        value={usage === undefined ? '' : wanted.usage}
        slotProps={shrink}
        onChange={(event) => {
          const chosen = usages.find((one) => one.usage === event.target.value);
          if (chosen !== undefined) onChange(withUsage(wanted, chosen));
        }}
      >
        {usages.map((one) => (
          <MenuItem key={one.usage} value={one.usage} disabled={one.unavailable !== null} sx={{ whiteSpace: 'normal' }}>
            {one.unavailable === null ? one.title : t('keyAsk.usageNot', { title: one.title, why: one.unavailable })}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('keyAsk.algorithm')}
        value={usage?.algorithms.includes(wanted.algorithm) === true ? wanted.algorithm : ''}
        disabled={usage === undefined}
        slotProps={shrink}
        onChange={(event) => onChange({ ...wanted, algorithm: event.target.value })}
      >
        {(usage?.algorithms ?? []).map((one) => (
          <MenuItem key={one} value={one}>
            {one}
          </MenuItem>
        ))}
      </TextField>
      {usage?.owner === 'station' ? (
        <TextField label={t('keyAsk.issuer')} value={t('registry.noIssuer')} disabled slotProps={shrink} />
      ) : (
        <Autocomplete
          freeSolo
          options={[...issuers]}
          inputValue={wanted.issuer}
          onInputChange={(_event, issuer) => onChange({ ...wanted, issuer: issuer.slice(0, 40) })}
          renderInput={(params) => (
            <TextField
              {...params}
              label={t('keyAsk.issuer')}
              slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
            />
          )}
        />
      )}
      <TextField
        type="date"
        label={t('keyAsk.until')}
        value={wanted.validUntil}
        error={wrongEnd}
        helperText={wrongEnd ? t('keyAsk.untilNow') : undefined}
        slotProps={shrink}
        onChange={(event) => onChange({ ...wanted, validUntil: event.target.value })}
      />
    </Box>
  );
}
