import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { EnrolmentAnswer } from '#shared/contract/cms/enrolment.ts';
import { call, makeCsr, publicJwk } from './test-station.fixture.ts';
import { generateKeyPairSync } from 'node:crypto';

const count = 100_000;

/** Peak and present resident memory of a process in MB. */
function memory(pid: number): { peak: number; now: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
  return { peak: read('VmHWM'), now: read('VmRSS') };
}

describe(`a batch of ${String(count)} records`, () => {
  it.each(['emv-debit@1', 'gift-print@1'])('%s is made and served in level memory', async (product) => {
    const data = mkdtempSync(join(tmpdir(), 'cardwright-cms-'));
    const program = new URL('main.ts', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      [program, 'serve', '--data', data, '--training', '--control', '127.0.0.1:0', '--until-stdin-ends'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const ready = JSON.parse(String((await lines.next()).value)) as { url: string; ca: string; control: string };
      const [host = '', port = ''] = ready.control.split(':');
      const socket = connect(Number(port), host);
      const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
      const control = async (asked: unknown) => {
        socket.write(`${JSON.stringify(asked)}\n`);
        return JSON.parse(String((await replies.next()).value)) as Record<string, unknown>;
      };
      const pid = child.pid ?? 0;
      const figures: Record<string, unknown> = { product, count, idleMB: memory(pid).now };
      const made = await control({ make: { product, count } });
      figures['makeSeconds'] = Number(made['milliseconds']) / 1_000;
      figures['makePeakMB'] = memory(pid).peak;

      const ca = readFileSync(ready.ca, 'utf8');
      const { code } = (await control({ enrolmentCode: { station: 'cw-01' } })) as { code: string };
      const { csr, keyPem } = await makeCsr();
      const key = publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
      const where = { url: ready.url, ca, identity: null };
      const enrolled = await call(where, 'POST', '/v1/enrol', {
        code,
        station: 'cw-01',
        csr,
        recordKey: key,
        signingKey: key,
      });
      const identity = { key: keyPem, cert: (enrolled.json() as EnrolmentAnswer).certificate };
      const mine = { ...where, identity };
      const batch = String(made['batch']);
      const lease = ((await call(mine, 'POST', `/v1/batches/${batch}/lease`, {})).json() as { lease: string }).lease;
      let start = performance.now();
      const waiting: number[] = [];
      let manifestDone = false;
      const manifest = call(mine, 'GET', `/v1/batches/${batch}/manifest?lease=${lease}`).finally(() => {
        manifestDone = true;
      });
      while (!manifestDone) {
        const asked = performance.now();
        await call(mine, 'GET', '/v1/time');
        waiting.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const { text } = await manifest;
      figures['manifestSeconds'] = (performance.now() - start) / 1_000;
      figures['manifestMB'] = text.length / 1_048_576;
      figures['manifestPeakMB'] = memory(pid).peak;
      figures['longestWaitOfOthersMs'] = Math.max(...waiting);

      start = performance.now();
      const agent = new Agent({ keepAlive: true, ca, ...identity });
      let bytes = 0;
      let received = 0;
      for (let from = 0; from < count; from += 2_000) {
        await new Promise<void>((resolve, reject) => {
          const path = `/v1/batches/${batch}/records?lease=${lease}&from=${from}&count=2000`;
          request(new URL(path, ready.url), { agent }, (incoming) => {
            incoming.on('data', (part: Buffer) => {
              bytes += part.length;
              for (const byte of part) if (byte === 10) received += 1;
            });
            incoming.on('end', resolve).on('error', reject);
          })
            .on('error', reject)
            .end();
        });
      }
      agent.destroy();
      socket.destroy();
      figures['recordsSeconds'] = (performance.now() - start) / 1_000;
      figures['recordsMB'] = bytes / 1_048_576;
      figures['peakMB'] = memory(pid).peak;
      const line = JSON.stringify(figures, (_, value: unknown) =>
        typeof value === 'number' ? Math.round(value * 10) / 10 : value,
      );
      process.stdout.write(`${line}\n`);
      expect(received).toBe(count);
      expect(figures['peakMB']).toBeLessThan(300);
    } finally {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(data, { recursive: true });
    }
  });
});
