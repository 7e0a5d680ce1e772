/** After so many wrong passwords in a row a person is locked (PCI CPL section 7; configurable there, fixed until an issue asks). */
export const failuresUntilLocked = 6;
/** How long a locked person stays locked, milliseconds. */
export const lockedFor = 30 * 60_000;
/** A session that nobody used for so long is closed, milliseconds. */
export const idleFor = 15 * 60_000;
/** Fewest characters of a password. */
export const fewestCharacters = 12;
