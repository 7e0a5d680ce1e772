/** How long the printer may take, in milliseconds. */
export interface EvolisDeadlines {
  /** Opening the link. */
  readonly open: number;
  /** A question or a setting. */
  readonly query: number;
  /** A card from the feeder to a station, or within the machine. */
  readonly movement: number;
  /** Writing or reading the stripe. */
  readonly stripe: number;
  /** Printing the panel that waits, before the next one is taken; the time on the wire comes on top. */
  readonly panel: number;
  /** Printing the last panel and ejecting. */
  readonly eject: number;
  /** After this much silence the printer has forgotten an unfinished command. */
  readonly quiet: number;
}

/** A public kiosk driver for this language waits 60 s for `Se`; the others leave room for a cold printer that heats up. */
export const evolisDeadlines: EvolisDeadlines = {
  open: 3000,
  query: 5000,
  movement: 30_000,
  stripe: 30_000,
  panel: 60_000,
  eject: 60_000,
  quiet: 2500,
};
