import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { Panel } from '../../components/panel.tsx';
import { ChipForm } from './chip-form.tsx';
import { FieldGrid } from './field-grid.tsx';
import { ChoicePlace, NumberPlace, TextPlace } from './form-fields.tsx';
import { GeneralPlaces } from './general-places.tsx';
import { OptionalPart } from './optional-part.tsx';
import { OrderFieldsForm } from './order-fields-form.tsx';
import { TracksForm } from './tracks-form.tsx';
import { UnknownPart } from './unknown-part.tsx';
import { useChoice } from './use-choices.ts';

/** Every place of a product that a field of the form stands for. */
const known = [
  'id',
  'version',
  'title',
  'environment',
  'issuer',
  'stock.blank',
  'print',
  'stripe',
  'verification',
  'fields',
  ...['kind', 'application', 'secureChannel', 'keySet', 'factoryKeys', 'endLifeCycle', 'storeData', 'preparation'].map(
    (name) => `chip.${name}`,
  ),
  ...[
    'atrs',
    'keyVersion',
    'lifeCycle',
    'cplc',
    'issuerIdentification',
    'cardImage',
    'side',
    'recognition',
    'memory',
    'absent',
  ].map((name) => `chip.preflight.${name}`),
  'chip.further',
];

/** A product as a form over its file. */
export function ProductForm({ content }: { readonly content: DraftContent }) {
  const { t } = useTranslation();
  const printed = useChoice('printed');
  const ribbons = useChoice('ribbons');
  const chip: unknown = useWatch({ name: 'chip.kind' });
  return (
    <>
      <Panel title={t('editor.general')}>
        <FieldGrid>
          <GeneralPlaces />
          <TextPlace path="issuer" label={t('editor.issuer')} />
          <TextPlace path="stock.blank" label={t('editor.blank')} />
        </FieldGrid>
      </Panel>
      {chip === 'emv' && <ChipForm />}
      <Panel title={t('editor.stripe')}>
        <TracksForm />
        <OptionalPart
          path="verification"
          label={t('editor.verification')}
          help={t('editor.verificationHelp')}
          initial={{ before: '', after: '', printed: 'none' }}
        >
          <FieldGrid>
            <TextPlace path="verification.before" label={t('editor.before')} help={t('editor.beforeHelp')} />
            <TextPlace path="verification.after" label={t('editor.after')} help={t('editor.afterHelp')} />
            <ChoicePlace path="verification.printed" label={t('editor.printed')} options={printed} />
          </FieldGrid>
        </OptionalPart>
      </Panel>
      <Panel title={t('editor.print')}>
        <FieldGrid>
          <ChoicePlace path="print.ribbon" label={t('editor.ribbon')} options={ribbons} />
          <TextPlace path="print.front" label={t('editor.front')} help={t('editor.layoutHelp')} />
          <TextPlace path="print.back" label={t('editor.back')} help={t('editor.backHelp')} />
          <NumberPlace path="print.lookEvery" label={t('editor.lookEvery')} help={t('editor.lookHelp')} />
        </FieldGrid>
      </Panel>
      <OrderFieldsForm />
      <UnknownPart content={content} known={known} />
    </>
  );
}
