import { z } from 'zod';

/** Where a key is in its life (DESIGN 8). A retired key still verifies and opens what it made; a compromised one does nothing. */
export const keyState = z.enum(['pre-active', 'active', 'retired', 'compromised', 'destroyed']);
export type KeyState = z.infer<typeof keyState>;

/** Changes of a key's life that two people ask for and sign; `activate` also begins the use of a new version beside which the old one retires. */
export const keyChange = z.enum(['activate', 'retire', 'compromise', 'destroy']);
export type KeyChange = z.infer<typeof keyChange>;
