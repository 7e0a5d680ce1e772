import { house } from './en-house.ts';
import { lists } from './en-lists.ts';
import { recovery } from './en-recovery.ts';
import { work } from './en-work.ts';

/** All wording of the page, in English. */
export const en = { ...house, ...lists, ...recovery, ...work } as const;
