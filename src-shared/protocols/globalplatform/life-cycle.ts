/** Life cycle of the card, which is that of its issuer security domain. GPC_SPE_034 v2.3.1 §5.1.1 and table 11-6. */
export const cardLifeCycle = {
  opReady: 0x01,
  initialized: 0x07,
  secured: 0x0f,
  cardLocked: 0x7f,
  terminated: 0xff,
} as const;

/** Life cycle of applications. GPC_SPE_034 v2.3.1 §5.3.1 and table 11-4. */
export const applicationLifeCycle = { installed: 0x03, selectable: 0x07 } as const;

/** The bit that any application or security domain carries while it is locked. GPC_SPE_034 v2.3.1 table 11-4. */
export const lockedBit = 0x80;

/** Names a card state in the standard's words. */
export function describeCardLifeCycle(state: number): string {
  switch (state) {
    case cardLifeCycle.opReady:
      return 'OP_READY';
    case cardLifeCycle.initialized:
      return 'INITIALIZED';
    case cardLifeCycle.secured:
      return 'SECURED';
    case cardLifeCycle.cardLocked:
      return 'CARD_LOCKED';
    case cardLifeCycle.terminated:
      return 'TERMINATED';
    default:
      return `unknown (${state.toString(16).padStart(2, '0')})`;
  }
}

/** Names an application state in the standard's words; 07 with further bits is the application's own. Table 11-4. */
export function describeApplicationLifeCycle(state: number): string {
  const locked = (state & lockedBit) !== 0;
  const base = state & ~lockedBit;
  if ((base & 0x03) !== 0x03) return `unknown (${state.toString(16).padStart(2, '0')})`;
  if (locked) return 'LOCKED';
  if (base === applicationLifeCycle.installed) return 'INSTALLED';
  if (base === applicationLifeCycle.selectable) return 'SELECTABLE';
  return (base & 0x07) === 0x07 ? `application specific (${base.toString(16).padStart(2, '0')})` : 'INSTALLED';
}

/** Names the state of a security domain beside the issuer's. GPC_SPE_034 v2.3.1 §5.3.2, table 11-5. */
export function describeDomainLifeCycle(state: number): string {
  return state === 0x0f ? 'PERSONALIZED' : describeApplicationLifeCycle(state);
}

/** Names the state of a load file. GPC_SPE_034 v2.3.1 §5.2, table 11-3. */
export function describeLoadFileLifeCycle(state: number): string {
  return state === 0x01 ? 'LOADED' : `unknown (${state.toString(16).padStart(2, '0')})`;
}
