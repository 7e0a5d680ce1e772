import Typography from '@mui/material/Typography';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { FieldGrid } from './field-grid.tsx';
import { ChoicePlace, ListPlace, NumberPlace, TextPlace } from './form-fields.tsx';
import { standardOptions } from './options.ts';
import { FurtherForm } from './further-form.tsx';
import { texts } from './list-text.ts';
import { OptionalPart } from './optional-part.tsx';
import { useChoice, useProfileChoice } from './use-choices.ts';

function Heading({ text }: { readonly text: string }) {
  return (
    <Typography variant="h3" sx={{ marginTop: 2.5, marginBottom: 1.5, fontSize: '0.9375rem', fontWeight: 650 }}>
      {text}
    </Typography>
  );
}

function ChannelPlaces() {
  const { t } = useTranslation();
  const { setValue } = useFormContext();
  const protocol = useWatch({ name: 'chip.secureChannel.protocol' }) === 'scp02' ? 'scp02' : 'scp03';
  const levels = useChoice(protocol === 'scp02' ? 'levelsOfScp02' : 'levelsOfScp03');
  return (
    <FieldGrid>
      <ChoicePlace
        path="chip.secureChannel.protocol"
        label={t('editor.protocol')}
        options={standardOptions.protocols}
        onChosen={(chosen) => {
          // What the other protocol does not know would only be named as wrong.
          setValue('chip.secureChannel.parameter', chosen === 'scp02' ? '55' : '70');
          setValue('chip.secureChannel.level', chosen === 'scp02' ? '13' : '33');
        }}
      />
      <ChoicePlace
        path="chip.secureChannel.parameter"
        label={t('editor.parameter')}
        options={standardOptions.parameters[protocol]}
      />
      <ChoicePlace path="chip.secureChannel.level" label={t('editor.level')} options={levels} />
      <TextPlace path="chip.keySet" label={t('editor.keySet')} help={t('editor.keySetHelp')} />
      <ChoicePlace
        path="chip.endLifeCycle"
        label={t('editor.endLifeCycle')}
        unsaid={t('editor.asItCame')}
        options={[{ value: 'SECURED', label: 'SECURED' }]}
      />
    </FieldGrid>
  );
}

function PreflightPlaces() {
  const { t } = useTranslation();
  const recognition = useChoice('recognition');
  const sides = useChoice('sides');
  return (
    <FieldGrid>
      <ListPlace path="chip.preflight.atrs" label={t('editor.atrs')} {...texts} />
      <NumberPlace path="chip.preflight.keyVersion" label={t('editor.keyVersion')} />
      <ChoicePlace path="chip.preflight.lifeCycle" label={t('editor.lifeCycle')} options={standardOptions.lifeCycles} />
      <TextPlace path="chip.preflight.cplc.fabricator" label={t('editor.fabricator')} help={t('editor.anyUnsaid')} />
      <TextPlace path="chip.preflight.cplc.type" label={t('editor.chipType')} help={t('editor.anyUnsaid')} />
      <TextPlace path="chip.preflight.cplc.operatingSystem" label={t('editor.system')} help={t('editor.anyUnsaid')} />
      <TextPlace path="chip.preflight.issuerIdentification" label={t('editor.iin')} help={t('editor.anyUnsaid')} />
      <TextPlace path="chip.preflight.cardImage" label={t('editor.cardImage')} help={t('editor.anyUnsaid')} />
      <ChoicePlace path="chip.preflight.side" label={t('editor.side')} unsaid={t('editor.any')} options={sides} />
      <ChoicePlace
        path="chip.preflight.recognition"
        label={t('editor.recognition')}
        unsaid={t('editor.whereTold')}
        options={recognition}
      />
      <NumberPlace path="chip.preflight.memory" label={t('editor.memory')} help={t('editor.anyUnsaid')} />
      <ListPlace path="chip.preflight.absent" label={t('editor.absent')} {...texts} />
    </FieldGrid>
  );
}

function PreparationPlaces() {
  const { t } = useTranslation();
  const profiles = useProfileChoice();
  const kind: unknown = useWatch({ name: 'chip.preparation.kind' });
  if (kind !== 'station') return <Typography>{t('editor.fromContainer')}</Typography>;
  return (
    <>
      <FieldGrid>
        <ChoicePlace path="chip.preparation.profile" label={t('editor.profile')} options={profiles} />
        <ChoicePlace
          path="chip.preparation.derivation"
          label={t('editor.derivation')}
          options={standardOptions.derivations}
        />
        <TextPlace path="chip.preparation.authenticationCode" label={t('editor.dac')} help={t('editor.dacHelp')} />
      </FieldGrid>
      {(['iccKey', 'pinKey'] as const).map((pair) => (
        <OptionalPart
          key={pair}
          path={`chip.preparation.${pair}`}
          label={t(`editor.pair.${pair}`)}
          help={t(`editor.pairHelp.${pair}`)}
          initial={{ bits: 1152, exponent: 3 }}
        >
          <FieldGrid>
            <NumberPlace path={`chip.preparation.${pair}.bits`} label={t('editor.bits')} />
            <ChoicePlace
              path={`chip.preparation.${pair}.exponent`}
              label={t('editor.exponent')}
              options={standardOptions.exponents}
            />
          </FieldGrid>
        </OptionalPart>
      ))}
    </>
  );
}

/** The chip of a product: who opens it, what a blank must be, what is put onto it and how. */
export function ChipForm() {
  const { t } = useTranslation();
  const storing = {
    grouping: useChoice('grouping'),
    structure: useChoice('structure'),
    target: useChoice('target'),
    padding: useChoice('padding'),
  };
  const forms = useChoice('forms');
  const ways = useChoice('ways');
  return (
    <Panel title={t('editor.chip')}>
      <FieldGrid>
        <TextPlace path="chip.application" label={t('editor.application')} help={t('editor.hexHelp')} />
      </FieldGrid>
      <Heading text={t('editor.channel')} />
      <ChannelPlaces />
      <OptionalPart
        path="chip.factoryKeys"
        label={t('editor.factoryKeys')}
        help={t('editor.factoryKeysHelp')}
        initial={{ keySet: '', keyVersion: 255 }}
      >
        <FieldGrid>
          <TextPlace path="chip.factoryKeys.keySet" label={t('editor.keySet')} help={t('editor.keySetHelp')} />
          <NumberPlace path="chip.factoryKeys.keyVersion" label={t('editor.keyVersion')} />
          <ChoicePlace path="chip.factoryKeys.way" label={t('editor.way')} unsaid={t('editor.usual')} options={ways} />
          <ChoicePlace
            path="chip.factoryKeys.form"
            label={t('editor.form')}
            unsaid={t('editor.usual')}
            options={forms}
          />
        </FieldGrid>
      </OptionalPart>
      <Heading text={t('editor.preflight')} />
      <PreflightPlaces />
      <Heading text={t('editor.preparation')} />
      <PreparationPlaces />
      <Heading text={t('editor.further')} />
      <FurtherForm />
      <Heading text={t('editor.storeData')} />
      <FieldGrid>
        {(['grouping', 'structure', 'target', 'padding'] as const).map((name) => (
          <ChoicePlace
            key={name}
            path={`chip.storeData.${name}`}
            label={t(`editor.store.${name}`)}
            unsaid={t('editor.usual')}
            options={storing[name]}
          />
        ))}
        <TextPlace path="chip.storeData.committed" label={t('editor.committed')} help={t('editor.committedHelp')} />
      </FieldGrid>
    </Panel>
  );
}
