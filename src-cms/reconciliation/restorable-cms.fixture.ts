import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCms, type OpenCms } from '../open-cms.ts';
import { ShiftedClock } from '../platform/shifted-clock.ts';
import { systemSurroundings } from '../platform/surroundings.ts';
import { serveCms, type ServingCms } from '../serve-cms.ts';
import type { TestCms } from '../test-station.fixture.ts';

/** A serving CMS whose folder is copied as a backup and put back, as an administrator would. */
export class RestorableCms implements TestCms {
  readonly data = mkdtempSync(join(tmpdir(), 'cardwright-restorable-'));
  readonly clock = new ShiftedClock(systemSurroundings);
  readonly notes: string[] = [];
  cms!: OpenCms;
  serving!: ServingCms;

  static async start(): Promise<RestorableCms> {
    const restorable = new RestorableCms();
    await restorable.#open();
    await restorable.cms.training?.seed();
    return restorable;
  }

  /** Takes a backup of the folder while the CMS stands still for it. */
  async backUp(): Promise<void> {
    await this.#shut();
    rmSync(this.#backup, { recursive: true, force: true });
    cpSync(this.data, this.#backup, { recursive: true });
    await this.#open();
  }

  /** Puts the backup in the folder's place; everything since is forgotten. */
  async restore(): Promise<void> {
    await this.#shut();
    rmSync(this.data, { recursive: true });
    cpSync(this.#backup, this.data, { recursive: true });
    await this.#open();
  }

  async close(): Promise<void> {
    await this.#shut();
    rmSync(this.data, { recursive: true });
    rmSync(this.#backup, { recursive: true, force: true });
  }

  get #backup(): string {
    return `${this.data}-backup`;
  }

  async #open(): Promise<void> {
    this.cms = await openCms({ data: this.data, environment: 'test', surroundings: this.clock });
    this.serving = await serveCms(this.cms, { https: { host: '127.0.0.1', port: 0 } }, (text) => this.notes.push(text));
  }

  async #shut(): Promise<void> {
    await this.serving.close();
    await this.cms.close();
  }
}
