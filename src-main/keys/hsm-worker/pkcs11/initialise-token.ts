import pkcs11js from 'pkcs11js';
import type { TokenMessage } from '../../worker-messages.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { pkcs11Fault } from './pkcs11-fault.ts';
import { findToken, loadModule } from './pkcs11-session.ts';

function isReady(module: pkcs11js.PKCS11, slot: pkcs11js.Handle): boolean {
  return (module.C_GetTokenInfo(slot).flags & pkcs11js.CKF_USER_PIN_INITIALIZED) !== 0;
}

function findEmpty(module: pkcs11js.PKCS11): pkcs11js.Handle | undefined {
  return module
    .C_GetSlotList(true)
    .find((slot) => (module.C_GetTokenInfo(slot).flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0);
}

function initialise(module: pkcs11js.PKCS11, token: TokenMessage): 'made' | 'found' {
  const found = findToken(module, token.tokenLabel);
  if (found !== null && isReady(module, found)) return 'found';
  // A token without a user PIN is what a crash in the middle of this act left: it holds no key and is made anew.
  const slot = found ?? findEmpty(module);
  if (slot === undefined) throw new StationFault('KEYS-TOKEN', { token: token.tokenLabel });
  module.C_InitToken(slot, token.officerPin, token.tokenLabel.padEnd(32, ' '));
  // QUIRK(SoftHSM 2.6.1): the slot gets another number once its token is initialised.
  const made = findToken(module, token.tokenLabel);
  if (made === null) throw new StationFault('KEYS-TOKEN', { token: token.tokenLabel });
  const session = module.C_OpenSession(made, pkcs11js.CKF_RW_SESSION | pkcs11js.CKF_SERIAL_SESSION);
  module.C_Login(session, pkcs11js.CKU_SO, token.officerPin);
  module.C_InitPIN(session, token.pin);
  return 'made';
}

/** Makes a token with a user PIN in an empty slot, or finds it ready; harmless when repeated. KEYS-MODULE, KEYS-TOKEN, KEYS-HSM-FAULT. */
export function initialiseToken(token: TokenMessage): 'made' | 'found' {
  const module = loadModule(token.modulePath);
  try {
    return initialise(module, token);
  } catch (thrown) {
    throw pkcs11Fault(thrown);
  } finally {
    module.C_Finalize();
    module.close();
  }
}
