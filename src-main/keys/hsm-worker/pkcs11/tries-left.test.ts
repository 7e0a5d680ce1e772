import pkcs11js from 'pkcs11js';
import { expect, test } from 'vitest';
import { triesLeft } from './pkcs11-session.ts';

test('the worst flag of the token decides what is said of the tries left', () => {
  const { CKF_USER_PIN_COUNT_LOW: low, CKF_USER_PIN_FINAL_TRY: final, CKF_USER_PIN_LOCKED: locked } = pkcs11js;
  expect([0, low, low | final, low | final | locked].map(triesLeft)).toEqual([
    'the token does not tell the tries left',
    'at least one try was used up',
    'one try is left',
    'no try is left: the token is locked',
  ]);
});
