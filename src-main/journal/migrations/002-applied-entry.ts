/**
 * Which rules made the state tables, and the last entry that they hold, written in the transaction of every append: tables that stand for
 * another head than the entries' are made anew, and those of a newer program are refused.
 */
export const appliedEntry = `
ALTER TABLE projection_form ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projection_form ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projection_form ADD COLUMN entry_hash TEXT NOT NULL DEFAULT '';
`;
