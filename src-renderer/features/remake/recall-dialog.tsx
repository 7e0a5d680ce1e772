import { useTranslation } from 'react-i18next';
import { rejectReasons } from '#shared/domain/reject-reason.ts';
import type { RejectReason } from '#shared/domain/reject-reason.ts';
import type { AttemptView } from '#shared/contract/views/batch-views.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { ReasonDialog } from './reason-dialog.tsx';

/** Turns a good card to rejected after the fact. */
export function RecallDialog({ card, onClose }: { readonly card: AttemptView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const recall = useCommand(
    ({ reasonCode, remark }: { readonly reasonCode: RejectReason; readonly remark: string }) =>
      station.remake.recall({ attempt: card.attempt, reasonCode, remark }),
    onClose,
  );
  return (
    <ReasonDialog
      title={t('remake.recallTitle', { card: card.maskedPan ?? card.order })}
      note={t('remake.recallNote')}
      submit={t('remake.recallNow')}
      reasons={rejectReasons}
      pending={recall.isPending}
      thrown={recall.error}
      onSubmit={(reasonCode, remark) => recall.mutate({ reasonCode, remark })}
      onClose={onClose}
    />
  );
}
