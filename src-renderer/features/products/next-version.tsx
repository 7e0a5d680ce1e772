import Edit from '@mui/icons-material/EditOutlined';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { draftOf } from '../editor/draft-content.ts';
import { useDrafts } from '../editor/use-draft.ts';
import type { ProductsItem } from '../editor/use-draft.ts';

interface NextVersionProps {
  readonly item: ProductsItem;
  readonly name: string;
  readonly person: PersonView;
}

/** Begins the next version of what is in production, or goes on with the draft that there is. */
export function NextVersion({ item, name, person }: NextVersionProps) {
  const { t } = useTranslation();
  const drafts = useDrafts();
  if (!actIn(person, 'edit-products')) return null;
  const draft = draftOf(item, name, drafts.data?.drafts ?? []);
  return (
    <Button
      variant="contained"
      startIcon={<Edit />}
      href={addressOf({ kind: 'draft', item, name: draft?.name ?? name, tab: 'form' })}
    >
      {draft === undefined ? t('drafts.next') : t('drafts.goOn', { name: draft.name })}
    </Button>
  );
}
