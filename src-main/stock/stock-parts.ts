import type { CountService } from './count-service.ts';
import type { DayService } from './day-service.ts';
import type { DestructionService } from './destruction-service.ts';
import type { RibbonService } from './ribbon-service.ts';
import type { StockBooks } from './stock-books.ts';
import type { StockService } from './stock-service.ts';

/** The services of stock, as the station holds them. */
export interface StockParts {
  readonly books: StockBooks;
  readonly stock: StockService;
  readonly counts: CountService;
  readonly days: DayService;
  readonly ribbons: RibbonService;
  readonly destructions: DestructionService;
}
