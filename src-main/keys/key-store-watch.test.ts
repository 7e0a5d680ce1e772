import pkcs11js from 'pkcs11js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SoftHsmStore, softHsmInstalled } from './soft-hsm-store.fixture.ts';

const { signal } = new AbortController();
const data = new Uint8Array(32);
if (!softHsmInstalled) process.stderr.write('key store states not tested: SoftHSM2 is not installed\n');

describe.skipIf(!softHsmInstalled)('the state of a key store', () => {
  let store: SoftHsmStore;
  beforeEach(async () => {
    store = await SoftHsmStore.open();
  }, 60_000);
  afterEach(() => store.close());

  test('a key process that is killed at rest is started again by itself', async () => {
    store.killProcess();
    await store.until('restarting');
    await store.until('ready');
    expect([store.told, store.runs]).toEqual([['restarting', 'ready'], 2]);
    await store.keys.sign(data, signal);
    expect(store.watch.mechanisms().length).toBeGreaterThan(5);
  });

  test('an act under way when the process is killed fails by name, and the store comes back', async () => {
    process.kill(store.process, 'SIGSTOP');
    const act = expect(store.keys.sign(data, signal)).rejects.toMatchObject({
      code: 'KEYS-WORKER-LOST',
      details: { act: 'sign' },
    });
    store.killProcess();
    await act;
    expect(store.watch.state()).toMatchObject({ condition: 'restarting', fault: { code: 'KEYS-WORKER-LOST' } });
    await store.until('ready');
  });

  test('a token that is taken away under an act is lost, then missing, and is ready when it is put back', async () => {
    store.takeTokenAway();
    await expect(store.keys.sign(data, signal)).rejects.toMatchObject({ code: 'KEYS-HSM-LOST' });
    expect(store.watch.state().condition).toBe('lost');
    await store.until('no-token');
    await expect(store.keys.readRegister('head', signal)).rejects.toMatchObject({ code: 'KEYS-TOKEN' });
    store.putTokenBack();
    await store.until('ready');
    expect(store.told).toEqual(['lost', 'no-token', 'ready']);
    await store.keys.sign(data, signal);
  });

  test('a token that is taken away is missed though nobody asks for it', async () => {
    store.takeTokenAway();
    await store.until('no-token');
    store.putTokenBack();
    await store.until('ready');
  });

  test('a store that does not answer for a while is busy until it does', async () => {
    process.kill(store.process, 'SIGSTOP');
    const act = store.keys.sign(data, signal);
    await store.until('busy');
    expect(store.watch.state()).toMatchObject({ fault: { code: 'KEYS-BUSY', details: { act: 'sign', seconds: 1 } } });
    process.kill(store.process, 'SIGCONT');
    await act;
    expect(store.told).toEqual(['busy', 'ready']);
  });

  test('a refused PIN is tried once, and never again', async () => {
    changePin(store);
    store.killProcess();
    await store.until('pin-refused');
    const { runs } = store;
    expect(store.watch.state()).toMatchObject({
      fault: { code: 'KEYS-PIN', details: { tries: 'at least one try was used up' } },
    });
    await expect(store.keys.sign(data, signal)).rejects.toMatchObject({ code: 'KEYS-PIN' });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect([store.runs, store.told]).toEqual([runs, ['restarting', 'pin-refused']]);
  });
});

/** What a person with the token in their hands may do behind the station's back. */
function changePin(store: SoftHsmStore): void {
  Object.assign(process.env, store.moduleEnvironment);
  const module = new pkcs11js.PKCS11();
  module.load(store.modulePath);
  module.C_Initialize();
  try {
    const slot = module
      .C_GetSlotList(true)
      .find((each) => module.C_GetTokenInfo(each).label.trimEnd() === store.tokenLabel);
    if (slot === undefined) throw new Error('the token is there');
    const session = module.C_OpenSession(slot, pkcs11js.CKF_RW_SESSION | pkcs11js.CKF_SERIAL_SESSION);
    module.C_Login(session, pkcs11js.CKU_USER, store.pin.reveal());
    module.C_SetPIN(session, store.pin.reveal(), 'another-test-pin');
  } finally {
    module.C_Finalize();
    module.close();
  }
}
