import type { Locator, Page } from 'playwright-core';

export type KeysTab = 'Keys' | 'Ceremonies' | 'Key module';

/** What a form for a new key asks for. */
export interface WantedKey {
  readonly usage: string;
  readonly algorithm: string;
  readonly issuer: string;
}

/** Keys: the list, the detail of one, the forms, and the key module. */
export class KeysPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async tab(name: KeysTab): Promise<void> {
    await this.#page.getByRole('tab', { name }).click();
    await this.#page.getByRole('tabpanel', { name }).waitFor();
  }

  /** The row of a key in the list. */
  row(key: string): Locator {
    return this.#page
      .getByRole('table', { name: 'Keys of this station' })
      .getByRole('row', { name: new RegExp(`^Open key ${key} `) });
  }

  /** Asks for a key that the key module makes. */
  async generate(wanted: WantedKey): Promise<void> {
    const form = await this.#open('Generate a key', 'Generate a key inside the key module');
    await this.#fill(form, wanted);
    await form.getByRole('button', { name: 'Ask for the second signature' }).click();
  }

  /** Asks for a ceremony of custodians, who become component 1 and 2; the key is kept. */
  async askForCeremony(wanted: WantedKey, custodians: readonly [string, string]): Promise<void> {
    const form = await this.#open('Ask for a ceremony', 'Ask for a component ceremony');
    await this.#fill(form, wanted);
    for (const [at, custodian] of custodians.entries())
      await form.getByRole('combobox', { name: `Custodian ${at + 1}`, exact: true }).fill(custodian);
    await this.#page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Ask for the second signature' }).click();
  }

  /** Asks for the import of a scheme's public key. */
  async importAuthority(key: {
    readonly rid: string;
    readonly index: string;
    readonly until: string;
    readonly modulus: string;
    readonly hash: string;
  }): Promise<Locator> {
    const form = await this.#open('Import an authority key', 'Import the public key of a scheme’s authority');
    await form.getByLabel('RID').fill(key.rid);
    await form.getByLabel('Key index').fill(key.index);
    await form.getByLabel('Last month of use').fill(key.until);
    await form.getByLabel('Modulus', { exact: true }).fill(key.modulus);
    await form.getByRole('combobox', { name: 'For' }).click();
    await this.#page.getByRole('option', { name: /test/i }).click();
    await form.getByLabel('Hash (SHA-1)').fill(key.hash);
    await form.getByRole('button', { name: 'Ask for both signatures' }).click();
    return form;
  }

  /** Has the key whose detail is open make a request for its certificate; answers the request in hexadecimal. */
  async requestCertificate(key: string, identifier: string, until: string): Promise<string> {
    await this.detail(key).getByRole('button', { name: 'Make a request…' }).click();
    const form = this.#page.getByRole('dialog', { name: `Request a certificate for ${key}` });
    await form.getByLabel('Issuer identifier').fill(identifier);
    await form.getByLabel('Wanted until').fill(until);
    await form.getByLabel('Tracking number').fill('000001');
    await form.getByLabel('Own number of the key').fill('00000A');
    await form.getByRole('button', { name: 'Make the request' }).click();
    return this.#page.getByLabel('Request, hexadecimal').inputValue();
  }

  /** Asks for the import of the certificate of the key whose detail is open. */
  async importCertificate(key: string, authority: RegExp, certificate: string): Promise<Locator> {
    await this.detail(key).getByRole('button', { name: 'Import the certificate…' }).click();
    const form = this.#page.getByRole('dialog', { name: `Import the certificate of ${key}` });
    await form.getByRole('combobox', { name: 'Authority key' }).click();
    await this.#page.getByRole('option', { name: authority }).click();
    await form.getByLabel('Certificate (tag 90)', { exact: true }).fill(certificate);
    await form.getByRole('button', { name: 'Ask for the second signature' }).click();
    return form;
  }

  /** The open detail of a key. */
  detail(key: string): Locator {
    return this.#page.getByRole('dialog', { name: `Open key ${key}` });
  }

  /** Asks for a change of the key whose detail is open. */
  async askFor(key: string, change: string, reason: string): Promise<void> {
    await this.detail(key).getByRole('button', { name: change }).click();
    const form = this.#page.getByRole('dialog').filter({ has: this.#page.getByLabel('Reason') });
    await form.getByLabel('Reason').fill(reason);
    await form.getByRole('button', { name: 'Ask for the second signature' }).click();
  }

  async #open(button: string, title: string): Promise<Locator> {
    await this.#page.getByRole('button', { name: button }).click();
    return this.#page.getByRole('dialog', { name: title });
  }

  async #fill(form: Locator, { usage, algorithm, issuer }: WantedKey): Promise<void> {
    await form.getByRole('combobox', { name: 'Use', exact: true }).click();
    await this.#page.getByRole('option', { name: usage, exact: true }).click();
    await form.getByRole('combobox', { name: 'Algorithm' }).click();
    await this.#page.getByRole('option', { name: algorithm, exact: true }).click();
    await form.getByRole('combobox', { name: 'Issuer' }).fill(issuer);
  }
}
