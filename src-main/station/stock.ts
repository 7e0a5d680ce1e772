import { mkdirSync } from 'node:fs';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../platform/logger.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { ProductionService } from '../production/production-service.ts';
import { CountService } from '../stock/count-service.ts';
import { DayService } from '../stock/day-service.ts';
import { DestructionCertificates } from '../stock/destruction-certificate.ts';
import { DestructionService } from '../stock/destruction-service.ts';
import { RibbonService } from '../stock/ribbon-service.ts';
import { StockBooks } from '../stock/stock-books.ts';
import type { StockParts } from '../stock/stock-parts.ts';
import { StockRequests } from '../stock/stock-requests.ts';
import { StockService } from '../stock/stock-service.ts';
import type { SignedActs } from './act-on-approvals.ts';

type Lines = Pick<ProductionService, 'lines' | 'currentBatch' | 'subscribe'>;

/** Everything of stock, the acts that two people sign for, and what it hears from the lines once there are some. */
export function openStock(options: {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly mode: 'training' | 'live';
  readonly environment: Environment;
  /** Folder of the certificates. */
  readonly folder: string;
  personTitle(person: string): string;
}): StockParts & { readonly acts: SignedActs; follow(production: Lines): void } {
  const { journal, approvals, clock, randomness, environment, mode, logger } = options;
  let production: Lines | null = null;
  const lineOf = (line: string) => production?.lines.find(({ configuration }) => configuration.line === line) ?? null;
  const books = new StockBooks(journal, (line) => lineOf(line)?.runner.holdsCard ?? 'no');
  const requests = new StockRequests(journal, approvals);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const stock = new StockService({
    journal,
    books,
    requests,
    randomness,
    environment,
    unexplained: (line) => days.unexplained(line),
  });
  const counts = new CountService({ journal, books, requests, randomness });
  const days = new DayService({
    journal,
    books,
    requests,
    clock,
    readings: () =>
      (production?.lines ?? []).map(({ configuration, runner }) => ({
        line: configuration.line,
        printer: configuration.printerSerial,
        cards: runner.lastStatus?.counters.cards ?? null,
      })),
    busyLines: () =>
      (production?.lines ?? [])
        .filter(({ runner }) => runner.holdsCard === 'yes')
        .map(({ configuration }) => configuration.line),
    runningBatch: () => (production?.currentBatch?.mode === 'running' ? production.currentBatch.batch : null),
  });
  const ribbons = new RibbonService({
    journal,
    books,
    randomness,
    seen: (line) => lineOf(line)?.runner.lastStatus?.ribbon ?? null,
  });
  const destructions = new DestructionService({
    journal,
    books,
    requests,
    certificates: new DestructionCertificates(options.folder),
    clock,
    randomness,
    mode,
    personTitle: (person) => options.personTitle(person),
  });
  return {
    books,
    stock,
    counts,
    days,
    ribbons,
    destructions,
    acts: {
      'stock-receipt': (approval) => stock.receive(approval),
      'stock-move': (approval) => stock.move(approval),
      'stock-out': (approval) => stock.move(approval),
      'test-use': (approval) => stock.bookTestUse(approval),
      'count-difference': (approval) => counts.book(approval),
      'day-close': (approval) => days.closeConfirmed(approval),
      'day-difference': (approval) => days.closeSigned(approval),
      destruction: (approval) => destructions.carryOut(approval),
    },
    follow: (lines) => {
      production = lines;
      lines.subscribe(() => {
        try {
          ribbons.watch(lines.lines.map(({ configuration }) => configuration.line));
        } catch (fault) {
          // A ribbon that cannot be booked must not stop a card; a journal that cannot be written stops the station by itself.
          logger.warn({ fault: fault instanceof Error ? fault.message : String(fault) }, 'a ribbon was not recorded');
        }
      });
    },
  };
}
