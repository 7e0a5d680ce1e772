import { useTranslation } from 'react-i18next';
import { ChoicePlace, NumberPlace, TextPlace } from './form-fields.tsx';
import { useChoice } from './use-choices.ts';

/** General facts that a product and a profile share. */
export function GeneralPlaces() {
  const { t } = useTranslation();
  const environments = useChoice('environments');
  return (
    <>
      <TextPlace path="title" label={t('editor.title')} />
      <TextPlace path="id" label={t('editor.id')} help={t('editor.idHelp')} />
      <NumberPlace path="version" label={t('editor.version')} />
      <ChoicePlace path="environment" label={t('editor.environment')} options={environments} />
    </>
  );
}
