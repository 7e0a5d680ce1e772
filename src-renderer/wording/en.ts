import { applets } from './en-applets.ts';
import { cardWords } from './en-cards.ts';
import { care } from './en-care.ts';
import { editor } from './en-editor.ts';
import { house } from './en-house.ts';
import { inspector } from './en-inspector.ts';
import { keyWords } from './en-keys.ts';
import { lists } from './en-lists.ts';
import { pairing } from './en-pairing.ts';
import { products } from './en-products.ts';
import { recovery } from './en-recovery.ts';
import { stock } from './en-stock.ts';
import { work } from './en-work.ts';

/** All wording of the page, in English. */
export const en = {
  ...applets,
  ...cardWords,
  ...care,
  ...editor,
  ...house,
  ...inspector,
  ...keyWords,
  ...lists,
  ...pairing,
  ...products,
  ...recovery,
  ...stock,
  ...work,
} as const;
