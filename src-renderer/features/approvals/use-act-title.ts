import { useTranslation } from 'react-i18next';
import { approvalActs } from '#shared/domain/approval-act.ts';

/** Gives the words for an act of a statement; one that this version does not know stays as it is written. */
export function useActTitle(): (act: string) => string {
  const { t } = useTranslation();
  return (act) => {
    const known = approvalActs.find((one) => one === act);
    return known === undefined ? act : t(`approvalAct.${known}`);
  };
}
