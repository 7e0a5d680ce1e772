// Intake of 100,000 EMV records, from the pull to the commit of `batch.ready`, against decrypting the same texts and JSON.parse alone.
// The CMS's own work is not in it: a process of its own makes the batch beforehand, and its records are read from a file as intake asks.
// BENCH_RECORDS sets another number.
import { fork } from 'node:child_process';
import { createDecipheriv, createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '#shared/bytes/secret.ts';
import { ecPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { issuerId, stationId } from '#shared/domain/identifiers.ts';
import { openGlyphs, softHsmModule } from '../src-main/intake/intake-station.fixture.ts';
import { IntakeService } from '../src-main/intake/intake-service.ts';
import { Journal } from '../src-main/journal/journal.ts';
import { openKeyPort, type KeyPortOptions } from '../src-main/keys/open-key-port.ts';
import { prepareTokenStore } from '../src-main/keys/token-store.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { loadProducts } from '../src-main/preparation/product-catalogue.ts';
import { makeBatch, PreparedBatch } from './intake/prepared-batch.ts';
import { reportFigure, rounded } from './report-figure.ts';
import { loadPaymentProfiles } from '../src-main/preparation/profile-catalogue.ts';

const count = Number(process.env['BENCH_RECORDS'] ?? 100_000);
const here = fileURLToPath(import.meta.url);
const { signal } = new AbortController();
const logger = { info: () => undefined, warn: () => undefined };
/** As the station is to be started: with V8's usual young generation the peak is about 80 MB higher and no faster. */
const youngGeneration = '--max-semi-space-size=4';
const pin = new Secret('0123456789abcdef0123456789abcdef');

/** Seconds to decipher every record (A256GCM) and parse it, in one thread, nothing kept. */
function decryptAndParse(batch: PreparedBatch): number {
  const key = createSecretKey(batch.contentKey);
  let seconds = 0;
  for (let from = 0; from < count; from += 500) {
    const lines = batch.read(from, 500);
    const began = performance.now();
    for (const { jwe } of lines) {
      const [header = '', , nonce = '', ciphertext = '', tag = ''] = jwe.split('.');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'));
      decipher.setAAD(Buffer.from(header, 'latin1'));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      const clear = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]);
      JSON.parse(clear.toString('utf8'));
    }
    seconds += (performance.now() - began) / 1_000;
  }
  return seconds;
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000_000;
}

async function keyOptions(folder: string, provider: 'node-crypto' | 'softhsm'): Promise<KeyPortOptions> {
  if (provider === 'node-crypto') return { kind: 'node-crypto', folder: join(folder, 'keys'), pin };
  const request = { folder: join(folder, 'hsm'), modulePath: softHsmModule, tokenLabel: 'cardwright bench', pin };
  const { moduleEnvironment } = await prepareTokenStore(request, { logger, signal });
  const { tokenLabel, modulePath } = request;
  return { kind: 'pkcs11', modulePath, tokenLabel, pin, stationName: 'bench-01', moduleEnvironment };
}

async function measure(provider: 'node-crypto' | 'softhsm'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-intake-'));
  try {
    const keys = await openKeyPort(await keyOptions(folder, provider), { logger });
    await keys.prepareStation([issuerId.parse('northbank')], 'test', signal);
    const recordKey = ecPublicJwk.parse(await keys.publicKey('record-decryption', signal));
    const maker = fork(here, ['make', folder, JSON.stringify(recordKey)], { stdio: 'inherit' });
    const [code] = (await once(maker, 'exit')) as [number | null];
    if (code !== 0) throw new Error('the batch could not be made');
    const source = new PreparedBatch(folder);
    await keys.importTransportKey(source.transportKey, signal);
    const journal = Journal.open({
      file: join(folder, 'journal.db'),
      key: new Secret(new Uint8Array(32).fill(7)),
      whenMissing: 'create',
      station: source.station,
      headRegister: null,
      clock: systemClock,
      randomness: systemRandomness,
      onFatal: (fault) => {
        throw fault;
      },
      onSubscriberFault: (thrown) => {
        throw thrown;
      },
    });
    const intake = new IntakeService({
      journal,
      keys,
      source,
      station: stationId.parse(source.station),
      mode: 'training',
      products: await loadProducts(
        fileURLToPath(new URL('../assets/profiles', import.meta.url)),
        fileURLToPath(new URL('../assets/layouts', import.meta.url)),
        await loadPaymentProfiles(fileURLToPath(new URL('../assets/payment-profiles', import.meta.url))),
      ),
      missingGlyph: await openGlyphs(),
      clock: systemClock,
      changed: () => undefined,
    });
    globalThis.gc?.();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await intake.pull(source.id, { kind: 'person', person: 'bench' }, signal);
    const seconds = (performance.now() - began) / 1_000;
    const cpu = cpuSeconds(cpuBefore);
    const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1_024);
    const { ready, held } = journal.projections.orders.counts(source.id);
    journal.close();
    await keys.close();
    const aloneBefore = process.cpuUsage();
    const alone = decryptAndParse(source);
    const aloneCpu = cpuSeconds(aloneBefore);
    reportFigure({
      name: 'intake',
      value: rounded(seconds, 2),
      unit: 's',
      baseline: { name: 'decrypt and JSON.parse alone', value: rounded(alone, 2) },
      about: {
        // Processor time of the station's process alone: what other work on the machine does not change.
        processorRatio: rounded(cpu / aloneCpu, 2),
        peakMemoryMb,
        recordsPerSecond: rounded(count / seconds),
        provider,
        records: count,
        ready,
        held,
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [mode, folder = '', argument = ''] = process.argv.slice(2);
if (mode === 'make') {
  await makeBatch(folder, count, ecPublicJwk.parse(JSON.parse(argument)));
} else if (mode === 'softhsm' || mode === 'node-crypto') {
  await measure(mode);
} else {
  // The key store that a training station here would use; the other one is measured by naming it: `intake.bench.ts node-crypto`.
  const provider = existsSync(softHsmModule) ? 'softhsm' : 'node-crypto';
  const child = fork(here, [provider], { stdio: 'inherit', execArgv: ['--expose-gc', youngGeneration] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
