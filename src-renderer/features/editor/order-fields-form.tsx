import Delete from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { orderFieldName } from '#shared/domain/order-field.ts';
import type { OrderFieldName, OrderFieldRule } from '#shared/domain/order-field.ts';
import { fieldTitle } from '#shared/domain/order-field-title.ts';
import { Panel } from '../../components/panel.tsx';
import { useEditing, usePlaceFinding } from './editor-context.ts';
import { inputId } from './finding-place.ts';
import { ChoicePlace, ListPlace, NumberPlace, TextPlace } from './form-fields.tsx';
import { standardOptions } from './options.ts';
import { numbers, ranges, texts } from './list-text.ts';
import { newRule } from './new-rule.ts';
import { useChoice } from './use-choices.ts';

type Kind = OrderFieldRule['kind'];

function RulePlaces({ path, kind }: { readonly path: string; readonly kind: Kind }) {
  const { t } = useTranslation();
  const checks = useChoice('checks');
  const trackContents = useChoice('trackContents');
  const whens = useChoice('whens');
  const rule = (name: string) => `${path}.rule.${name}`;
  switch (kind) {
    case 'pan':
      return (
        <>
          <ListPlace path={rule('binRanges')} label={t('editor.ranges')} {...ranges} />
          <ListPlace path={rule('lengths')} label={t('editor.lengths')} {...numbers} />
        </>
      );
    case 'digits':
      return (
        <>
          <NumberPlace path={rule('shortest')} label={t('editor.shortest')} />
          <NumberPlace path={rule('longest')} label={t('editor.longest')} />
          <ChoicePlace path={rule('check')} label={t('editor.checkDigit')} options={checks} />
        </>
      );
    case 'year-month':
      return <ChoicePlace path={rule('when')} label={t('editor.when')} options={whens} />;
    case 'service-code':
      return <ListPlace path={rule('allowed')} label={t('editor.allowed')} {...texts} />;
    case 'printed-text':
      return (
        <>
          <NumberPlace path={rule('longest')} label={t('editor.longest')} />
          <ListPlace path={rule('scripts')} label={t('editor.scripts')} {...texts} />
        </>
      );
    case 'encoded-name':
      return (
        <Typography variant="body2" sx={{ paddingTop: 1 }}>
          {t('editor.encodedNameRule')}
        </Typography>
      );
    case 'track':
      return (
        <>
          <ChoicePlace path={rule('track')} label={t('editor.track')} options={standardOptions.tracks} />
          <NumberPlace path={rule('longest')} label={t('editor.longest')} />
          <ChoicePlace path={rule('content')} label={t('editor.content')} options={trackContents} />
        </>
      );
    case 'amount':
      return (
        <>
          <TextPlace path={rule('currency')} label={t('editor.currency')} />
          <NumberPlace path={rule('least')} label={t('editor.least')} />
          <NumberPlace path={rule('most')} label={t('editor.most')} />
        </>
      );
  }
}

function OrderFieldRow({ name, onRemove }: { readonly name: OrderFieldName; readonly onRemove: () => void }) {
  const { t } = useTranslation();
  const needs = useChoice('needs');
  const rules = useChoice('rules');
  const { state } = useEditing();
  const { setValue } = useFormContext();
  const path = `fields.${name}`;
  const wrong = usePlaceFinding(path);
  const kind = useWatch({ name: `${path}.rule.kind` }) as Kind;
  const title = fieldTitle(name);
  return (
    <Box component="fieldset" id={inputId(path)} tabIndex={-1} sx={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <Typography
        component="legend"
        variant="body2"
        sx={{ fontWeight: 650, padding: 0, marginBottom: 1, '&::first-letter': { textTransform: 'uppercase' } }}
      >
        {title}
        {wrong !== undefined && (
          <Typography component="span" variant="body2" color="error">
            {' '}
            {wrong}
          </Typography>
        )}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start' }}>
        <Box
          sx={{
            flex: 1,
            display: 'grid',
            gap: 1.5,
            alignItems: 'start',
            gridTemplateColumns: 'repeat(auto-fill, minmax(170px, 1fr))',
          }}
        >
          <ChoicePlace path={`${path}.need`} label={t('editor.need')} options={needs} />
          <ChoicePlace
            path={`${path}.rule.kind`}
            label={t('editor.rule')}
            options={rules}
            onChosen={(chosen) => setValue(`${path}.rule`, newRule(chosen as Kind))}
          />
          <RulePlaces key={kind} path={path} kind={kind} />
        </Box>
        <Tooltip title={t('editor.remove', { name: title })}>
          <span>
            <IconButton
              size="small"
              aria-label={t('editor.remove', { name: title })}
              disabled={state === 'locked'}
              onClick={onRemove}
            >
              <Delete fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
      </Box>
    </Box>
  );
}

/** The fields that an order of the product has, each with its rule. */
export function OrderFieldsForm() {
  const { t } = useTranslation();
  const { state } = useEditing();
  const { setValue, getValues } = useFormContext();
  const fields = (useWatch({ name: 'fields' }) ?? {}) as Partial<Record<OrderFieldName, unknown>>;
  const there = orderFieldName.options.filter((name) => fields[name] !== undefined && fields[name] !== '');
  const left = orderFieldName.options.filter((name) => !there.includes(name));
  const put = (name: OrderFieldName, value: unknown) =>
    setValue('fields', { ...(getValues('fields') as object), [name]: value });
  return (
    <Panel title={t('editor.fields')} note={t('editor.fieldsNote')}>
      <Box sx={{ display: 'grid', gap: 2.5 }}>
        {there.map((name) => (
          <OrderFieldRow key={name} name={name} onRemove={() => put(name, undefined)} />
        ))}
        <TextField
          select
          size="small"
          label={t('editor.addField')}
          value=""
          disabled={state === 'locked' || left.length === 0}
          onChange={(event) =>
            put(event.target.value as OrderFieldName, {
              need: 'required',
              rule: newRule(event.target.value === 'pan' ? 'pan' : 'digits'),
            })
          }
          sx={{ width: 260 }}
        >
          {left.map((name) => (
            <MenuItem key={name} value={name}>
              {fieldTitle(name)}
            </MenuItem>
          ))}
        </TextField>
      </Box>
    </Panel>
  );
}
