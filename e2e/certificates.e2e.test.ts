import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scheme } from './flows/scheme.ts';
import { ApprovalPage } from './pages/approval-page.ts';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { KeysPage } from './pages/keys-page.ts';
import { LoginPage } from './pages/login-page.ts';
import { openPrintWindow } from './stations/print-window.ts';

const possible = chromiumInstalled();
const issuerPair = 'issuer-rsa/northbank/1';

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
const seen: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  ({ window } = await openPrintWindow(stack, { folder: 'certificates', pictures: 'cardwright-certificate-screens' }));
}, 120_000);

afterAll(async () => {
  await stack.disposeAsync();
});

test.skipIf(!possible)(
  'an issuer pair asks for its certificate and gets it, and what does not fit is refused by name',
  async () => {
    const { page } = window;
    const keys = new KeysPage(page);
    const scheme = new Scheme();
    const login = new LoginPage(page);
    await login.shown();
    await login.logIn('kofi');
    await new Frame(page).goTo('Keys');
    const { rid, index, until, modulus } = scheme;
    const form = await keys.importAuthority({ rid, index, until, modulus, hash: '0'.repeat(40) });
    await form.getByRole('alert').filter({ hasText: 'CERT-CA' }).waitFor();
    seen.push(...(await window.inspectOpen('authority-import')));
    await form.getByLabel('Hash (SHA-1)').fill(scheme.hash);
    await form.getByRole('button', { name: 'Ask for both signatures' }).click();
    const approval = new ApprovalPage(page);
    await approval.shown();
    await approval.sign('karin');
    await page.getByText('Signed so far: Karin Dahl').waitFor();
    await approval.sign('sofia');
    await page.getByRole('link', { name: 'Go on', exact: true }).click();

    await new Frame(page).goTo('Keys');
    await keys.row(issuerPair).getByRole('link').click();
    const detail = keys.detail(issuerPair);
    const request = await keys.requestCertificate(issuerPair, '9900', '2031-12');
    seen.push(...(await window.inspectOpen('certificate-request')));
    await page.getByRole('dialog', { name: 'is made' }).getByRole('button', { name: 'Close' }).click();
    const certificate = scheme.certify(request);
    const altered = certificate.replace(/^../, (byte) => (byte === '00' ? '01' : '00'));
    const importing = await keys.importCertificate(issuerPair, /F043575249 · E2/, altered);
    await importing.getByRole('alert').filter({ hasText: 'CERT-FORM' }).waitFor();
    seen.push(...(await window.inspectOpen('certificate-import')));
    await importing.getByLabel('Certificate (tag 90)', { exact: true }).fill(certificate);
    await importing.getByRole('button', { name: 'Ask for the second signature' }).click();
    await approval.shown();
    await approval.sign('karin');
    await page.getByRole('link', { name: 'Go on', exact: true }).click();
    await detail.getByText('0E2E01').waitFor();
    expect(await detail.innerText()).toMatch(/Serial number[\s\S]*0E2E01[\s\S]*2031-12[\s\S]*F043575249 · E2/);
    seen.push(...(await window.inspectOpen('key-certificate')));
    expect(seen).toEqual([]);
    // A refusal that was shown is no error of the page.
    expect(window.trouble.policy).toEqual([]);
  },
  180_000,
);
