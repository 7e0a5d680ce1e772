import { mkdirSync } from 'node:fs';
import type { BatchId, Environment, OrderId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { ChangeFeed } from './api/change-feed.ts';
import type { Services } from './api/services.ts';
import { BatchReport } from './close/batch-report.ts';
import { CloseService } from './close/close-service.ts';
import { Enrolment } from './enrolment/enrolment.ts';
import { IntakeService } from './intake/intake-service.ts';
import { RegisteredKeys } from './keys/registry/usable-keys.ts';
import { usablePort } from './keys/registry/usable-port.ts';
import { systemClock } from './platform/clock.ts';
import { lockFolder } from './platform/folder-lock.ts';
import { openLogger } from './platform/logger.ts';
import { systemRandomness } from './platform/randomness.ts';
import { Preparation } from './preparation/prepare-card.ts';
import type { IssuerMeans } from './preparation/station/issuer-means.ts';
import { JournalOrderBook } from './production/journal-order-book.ts';
import { LooksService } from './production/looks-service.ts';
import { RemakeService } from './production/remake-service.ts';
import { ProductionService } from './production/production-service.ts';
import { releasedWith } from './release/released-with.ts';
import { ReleaseService } from './release/release-service.ts';
import { SyncService } from './sync/sync-service.ts';
import { openApplets } from './station/applets.ts';
import { openCardProof } from './station/card-proof.ts';
import { ActOnApprovals } from './station/act-on-approvals.ts';
import { watchChain } from './station/chain-watch.ts';
import { readyText } from './station/child-program.ts';
import { openBackups } from './station/backups.ts';
import { batchBalance } from './station/batch-balance.ts';
import { keyCompanions, openCardKeys } from './station/card-keys.ts';
import { openCardText } from './station/card-text.ts';
import { openCore } from './station/core.ts';
import { Ending } from './station/ending.ts';
import { readConfiguration, type Configuration, type ConfiguredLine } from './station/configuration.ts';
import { deviceViews } from './station/device-views.ts';
import { configureLines, enrolTrainingMachines, stockTrainingLines } from './station/first-start.ts';
import { devicesOf } from './station/machines.ts';
import { followKeyStore } from './station/follow-key-store.ts';
import { openLines } from './station/open-lines.ts';
import { openProducts } from './station/products.ts';
import { openStock } from './station/stock.ts';
import { openPairing, pairLines } from './station/pair-lines.ts';
import { fonts, openPainter } from './station/painting.ts';
import { placesIn, type Places } from './station/places.ts';
import { openDrafts, productServices } from './station/product-services.ts';
import { reportFacts } from './station/report-facts.ts';
import { startTrainingPrograms } from './station/training-programs.ts';
import { processNotices, shownTrainingPeople } from './station/screen-facts.ts';
import { offeredBatches } from './station/offered-batches.ts';
import { openRegistry } from './station/registry.ts';
import { keysFor } from './station/station-keys.ts';
import { topicsOf } from './station/topics.ts';
import { openVerification } from './station/verification.ts';
import { wakeLines } from './station/wake-lines.ts';
import { enrolWithTrainingCms } from './station/training-cms.ts';
import { evidence } from './station/evidence.ts';
import { version } from './station/version.ts';
import { licences } from './station/licences.ts';

export interface StationOptions {
  readonly data: string;
  readonly shell: string;
  readonly progress: (text: string) => void;
  /** The station can no longer go on: the process must end. */
  readonly fatal: (fault: unknown) => void;
  readonly signal: AbortSignal;
}

const lastSending = 2_000;

/** A running station: its services, and how it ends. */
export interface Station {
  readonly configuration: Configuration;
  readonly places: Places;
  readonly services: Services;
  /** Begins no further card and waits until the machines are empty, or a person is needed. */
  finishCards(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The composition root: configuration in, running station out; the only place that names concrete drivers.
 *
 * Whatever fails, everything that was started is ended again and the fault is thrown.
 */
export async function startStation(options: StationOptions): Promise<Station> {
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const ending = new Ending();
  const lock = lockFolder(options.data);
  ending.add(() => lock.release());
  try {
    return await compose(options, ending);
  } catch (fault) {
    await ending.run(() => undefined);
    throw fault;
  }
}

async function compose(options: StationOptions, ending: Ending): Promise<Station> {
  const { data, progress, fatal, signal } = options;
  const configuration = readConfiguration(data);
  const places = placesIn(data);
  const { station: stationId, mode } = configuration;
  const environment: Environment = mode === 'live' ? 'live' : 'test';
  const logger = openLogger(places.log, process.env['CARDWRIGHT_LOG'] ?? 'info');
  const clock = systemClock;
  const randomness = systemRandomness;
  const warn = (what: string) => (fault: unknown) =>
    logger.warn({ what, fault: fault instanceof Error ? fault.message : String(fault) }, 'fault');

  // Programs of the training mode start beside the vault: they need nothing of it.
  progress(mode === 'training' ? 'Starting the training CMS and the virtual machines' : 'Unsealing the station');
  const { cmsProgram, trainingMachines } = startTrainingPrograms({ configuration, places, logger, ending, signal });

  const core = await openCore({ configuration, places, logger, ending, progress, fatal, signal });
  const { keys, keyStore, journal, register, sessions, approvals } = core;
  const people = journal.projections.people;

  progress('Loading products and layouts');
  const products = await openProducts(journal.projections);
  const painter = await openPainter(places, ending, signal);
  const applets = openApplets({ journal, approvals, environment });
  const issuerTitle = (id: string) => configuration.issuers.find((issuer) => issuer.id === id)?.title ?? id;
  const personTitle = (id: string) => people.find(id)?.displayName ?? id;
  const productTitle = (reference: string) => products.find(reference)?.title ?? reference;

  const changes = new ChangeFeed();
  journal.subscribe((entries) => changes.announce(...new Set(entries.flatMap(({ header }) => topicsOf(header.kind)))));

  progress('Reaching the CMS');
  const training = await cmsProgram;
  const { cms, installation } = configuration;
  const cmsUrl = cms.kind === 'remote' ? cms.url : training === null ? '' : readyText(training, 'url');
  const sync = new SyncService({
    folder: places.enrolment,
    url: cmsUrl,
    station: stationId,
    environment,
    enrolment: installation === 'key-room' ? 'never' : 'allowed',
    journal,
    keys,
    clock,
    randomness,
    changed: () => changes.announce('sync'),
  });
  core.last.add(() => sync.close());
  // What the CMS does not hold would be lost with this machine: the last entries are sent too, where it answers at once.
  core.last.add(() => (sync.enrolled === 'yes' ? sync.flush(AbortSignal.timeout(lastSending)) : undefined));
  sync.open();
  if (training !== null && sync.enrolled === 'no') {
    await enrolWithTrainingCms({
      sync,
      data: places.cms,
      station: stationId,
      authority: readyText(training, 'ca'),
      signal,
    });
  }
  const cardKeys = await openCardKeys(
    { keys, journal, mode, products: products.all(), scheme: sync, clock, ending, warn, signal },
    () => (production.currentBatch?.mode === 'running' ? 'running' : 'idle'),
  );

  const machines = await trainingMachines;
  const lines: readonly ConfiguredLine[] =
    configuration.machines.kind === 'configured' ? configuration.machines.lines : (machines?.lines ?? []);
  if (machines !== null) ending.add(machines.followBlanks(journal, warn('training blanks')));
  const enrolment = new Enrolment({ journal, approvals, devices: devicesOf(lines), mode });
  const book = new JournalOrderBook(journal);
  const registered = new RegisteredKeys(journal.projections.keys);
  const means: IssuerMeans = {
    usable: registered,
    ...cardKeys,
    now: () => clock.now(),
  };
  const preparation = new Preparation({
    records: journal.sealedRecords,
    orderFacts: (batch, order) => book.orderFacts(batch, order),
    productOf: (batch) => products.ofBatch(batch),
    releasedWith: (batch, key) => releasedWith(journal.projections, batch, key),
    keys: usablePort(keys, registered, { environment, clock }),
    means,
    packages: applets.catalogue,
    painter,
    specimen: mode === 'training' ? 'on' : 'off',
  });
  ending.add(() => preparation.close());

  const release = new ReleaseService({
    journal,
    batches: journal.projections.batches,
    approvals,
    grants: sync,
    signedRecords: (batch) => book.signedRecords(batch),
    product: (reference, digest) => products.exactly(reference, digest),
    issuerTitle,
    keysFor: (product) => keysFor(products.prepared(product), { journal, registered, means, clock }),
    packagesFor: (product) => applets.packagesFor(product),
  });
  const balance = batchBalance(journal, book);
  const report = new BatchReport(places.reports);
  mkdirSync(places.reports, { recursive: true, mode: 0o700 });
  const close = new CloseService({
    journal,
    approvals,
    keys,
    grants: sync,
    records: journal.sealedRecords,
    report,
    balance,
    facts: (batch) =>
      reportFacts(
        journal,
        batch,
        { mode, issuer: issuerTitle, product: productTitle, person: personTitle },
        clock.now(),
      ),
  });
  const remake = new RemakeService({ journal, approvals });
  const stock = openStock({
    journal,
    approvals,
    clock,
    randomness,
    logger,
    mode,
    environment,
    folder: places.reports,
    personTitle,
  });
  const registry = openRegistry({
    journal,
    approvals,
    keys,
    clock,
    randomness,
    environment,
    issuers: configuration.issuers.map(({ id }) => id),
    installation: { mode, keyRoom: installation === 'key-room' ? 'yes' : 'no' },
    products: () => products.all(),
    keyStore,
    companions: keyCompanions(cardKeys, journal),
    issuerCertificates: cardKeys.certificates,
    changed: () => changes.announce('keys'),
    unsettled: () => acting.act(),
  });
  ending.add(() => registry.close());
  const drafts = openDrafts(journal, approvals, products, configuration.issuers);
  const acting = new ActOnApprovals({
    journal,
    close,
    settle: (limit) => registry.settle(limit),
    acts: {
      'batch-release': (_, { batch }, limit) => release.carryOut(batch as BatchId, limit),
      'batch-close': (_, { batch }, limit) => close.carryOut(batch as BatchId, limit),
      remake: (approval, subjects) => remake.carryOut(approval, subjects),
      ...stock.acts,
      ...registry.acts,
      ...applets.acts,
      'device-enrolment': (approval, { device = '' }) => enrolment.carryOut(device, approval),
      'product-to-production': (approval) => drafts.carryOut(approval),
    },
    logger,
  });
  ending.add(() => acting.close());
  if (mode === 'training') {
    await enrolTrainingMachines({ journal, approvals, enrolment, settled: () => acting.settled() });
    await applets.bringTraining(() => acting.settled());
  }
  configureLines(journal, lines);

  const opened = openLines(lines, enrolment);
  ending.add(() => opened.close());
  const production = new ProductionService({
    lines: opened.lines,
    journal,
    book,
    preparation,
    verification: await openVerification(),
    ...(await openCardProof({ core, fonts, mode, station: stationId, environment, ending, signal })),
    lease: sync,
    register,
    keyStore,
    day: stock.days,
    clock,
    randomness,
    product: (reference, digest) => products.exactly(reference, digest),
    fatal,
  });
  ending.add(() => production.close());
  production.subscribe(() => changes.announce());
  wakeLines({ journal, register, production, changes });
  ending.add(
    followKeyStore(keyStore, { changed: () => changes.announce('devices', 'keys'), back: () => acting.act() }),
  );
  stock.follow(production);
  const resting = openPairing({ production, preparation, journal, book, stock, clock, randomness });
  if (mode === 'training') {
    await stockTrainingLines({
      journal,
      approvals,
      stock,
      products: products.all(),
      lines,
      settled: () => acting.settled(),
    });
  }
  const text = await openCardText({ ...fonts, painter });
  const intake = new IntakeService({
    journal,
    keys,
    source: sync,
    station: stationId,
    mode,
    products: products.catalogue,
    clock,
    missingGlyph: (printed) => text.missingGlyph(printed),
    layoutFit: text.layoutFit,
    changed: () => changes.announce('batches'),
  });
  ending.add(() => intake.close());
  await intake.open(signal);

  const backups = openBackups({ core, configuration, places, clock, randomness, changed: () => changes.announce() });
  ending.add(() => backups.close());

  const services: Services = {
    station: {
      id: stationId,
      mode,
      version,
      dataFolder: data,
      shell: options.shell,
      hsm: `${core.hsm.module} · ${core.hsm.token}`,
      cmsUrl,
      notices: [...core.notices, ...(machines?.notices ?? []), ...processNotices(options.shell)],
      trainingPeople: mode === 'training' ? shownTrainingPeople(issuerTitle) : [],
      licences,
    },
    journal,
    register,
    backups,
    sessions,
    approvals,
    release,
    close,
    production,
    looks: new LooksService(journal),
    remake,
    ...resting,
    keyRegistry: registry,
    applets: applets.catalogue,
    enrolment,
    changes,
    keyStore,
    intake: {
      available: (limit) => offeredBatches(intake, { issuer: issuerTitle, product: productTitle }, limit),
      pull: (batch, actor, limit) => intake.pull(batch, actor, limit),
    },
    sync: {
      state: () => sync.state(),
      now: (limit) => sync.flush(limit),
      left: (batch) => sync.left(batch),
      waits: (batch) => sync.waits(batch),
    },
    devices: deviceViews({ journal, enrolment, production, lines, keys, hsm: core.hsm, environment }),
    stock,
    balance,
    report: async (batch) => {
      const digest = journal.projections.batches.find(batch)?.reportDigest ?? null;
      if (digest === null) throw new StationFault('CLOSE-NO-REPORT', { batch });
      return { fileName: `${batch}.pdf`, pdf: await report.read(batch, digest) };
    },
    picture: (batch, order, side, limit) => preparation.screenPicture({ batch, order: order as OrderId }, side, limit),
    ...productServices({ products, preparation, journal, drafts, pairing: resting.pairing, environment }),
    issuerTitle,
    personTitle,
    ...evidence(core, watchChain({ core, production, logger, ending, fatal })),
    logger,
    unexpected: (thrown, call) =>
      logger.error(
        { call, fault: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
        'unexpected fault in a call',
      ),
  };

  acting.act();
  production.open();
  cardKeys.iccKeys.start();
  await pairLines(resting.pairing, production, { machines: configuration.machines.kind, warn: warn('pairing') });
  return {
    configuration,
    places,
    services,
    finishCards: () => production.finishCards(),
    close: () => ending.run(warn('ending')),
  };
}
