import Draw from '@mui/icons-material/DrawOutlined';
import Save from '@mui/icons-material/SaveOutlined';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { goTo, guardLeaving } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { tidyContent } from './draft-content.ts';
import type { ProductsItem } from './use-draft.ts';

interface EditorActionsProps {
  readonly item: ProductsItem;
  readonly begun: string;
  readonly state: 'draft' | 'in-production';
  readonly changed: 'unsaved' | 'saved';
  readonly approval: string | null;
  /** Whether no rule objects to what is in the form. */
  readonly ready: boolean;
  readonly content: () => Readonly<Record<string, unknown>>;
  readonly onKept: (content: DraftContent) => void;
}

/** Keeps, discards, or asks for the signature; what is not possible yet is said beside the form. */
export function EditorActions(props: EditorActionsProps) {
  const { item, begun, state, changed, approval, ready, content, onKept } = props;
  const { t } = useTranslation();
  const [discarding, setDiscarding] = useState<'no' | 'asked'>('no');
  const leave = (to: Parameters<typeof goTo>[0]) => {
    guardLeaving(null);
    goTo(to);
  };
  const save = useCommand(
    (made: DraftContent) => station.products.saveDraft({ item, content: made }),
    (saved, made) => {
      onKept(made);
      // Who opens this draft again begins from what is kept now.
      void queryClient.invalidateQueries({ queryKey: ['view', 'products.draft'] });
      if (saved.name !== begun) leave({ kind: 'draft', item, name: saved.name, tab: 'form' });
    },
  );
  const discard = useCommand(
    () => station.products.discardDraft({ item, name: begun }),
    () => leave({ kind: 'products' }),
  );
  const propose = useCommand(
    () => station.products.proposeDraft({ item, name: begun }),
    ({ approval: asked }) => leave({ kind: 'approval', approval: asked }),
  );
  const locked = approval !== null;
  const saved = state === 'draft' && changed === 'saved';
  const thrown = save.error ?? propose.error;
  return (
    <>
      {state === 'draft' && (
        <Button disabled={locked} onClick={() => setDiscarding('asked')}>
          {t('editor.discard')}
        </Button>
      )}
      <Button
        variant={saved ? 'text' : 'contained'}
        startIcon={<Save />}
        loadingPosition="start"
        loading={save.isPending}
        disabled={locked || saved}
        onClick={() => save.mutate(tidyContent(content()))}
      >
        {t('editor.save')}
      </Button>
      <Button
        variant={saved ? 'contained' : 'text'}
        startIcon={<Draw />}
        loadingPosition="start"
        loading={propose.isPending}
        disabled={locked || !saved || !ready}
        onClick={() => propose.mutate(undefined)}
      >
        {t('editor.propose')}
      </Button>
      {discarding === 'asked' && (
        <FormDialog
          title={t('editor.discardTitle', { name: begun })}
          note={t('editor.discardNote')}
          submit={t('editor.discard')}
          pending={discard.isPending}
          ready
          thrown={discard.error}
          onSubmit={() => discard.mutate(undefined)}
          onClose={() => setDiscarding('no')}
        >
          {null}
        </FormDialog>
      )}
      {thrown !== null && <FaultNotice thrown={thrown} />}
    </>
  );
}
