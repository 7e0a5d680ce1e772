import { z } from 'zod';

/**
 * How data groupings go to the card where a product says otherwise than usual. Nothing is filled in when a product is read, so that the
 * digest of one that says nothing stays what it was.
 */
export const storeDataOptions = z.strictObject({
  /** `fill` joins neighbours of one kind of encryption in a command while they fit, `each` sends every grouping alone. */
  grouping: z.enum(['each', 'fill']).optional(),
  /** P1 bits 5 and 4: EMV CPS leaves them zero, GlobalPlatform says DGI. GPC_SPE_034 v2.3.1 §11.11.2.1. */
  structure: z.enum(['unstated', 'dgi']).optional(),
  /** Who is spoken to: the application itself, or its security domain after INSTALL [for personalization]. GPC_SPE_034 v2.3.1 §7.3.3. */
  target: z.enum(['application', 'security-domain']).optional(),
  /** Padding of a secret grouping (80 00 ...) before it is enciphered: always, or only where it is not whole blocks. EMV CPS v1.1 §3.2, Annex A. */
  padding: z.enum(['always', 'when-needed']).optional(),
  /**
   * Life cycle that the registry must show of each application after its last block, where the maker of the application names one: 07 with
   * further bits (GPC_SPE_034 v2.3.1 table 11-4). Otherwise it must be selectable and not locked.
   */
  committed: z
    .string()
    .regex(/^[0-7][7f]$/, 'a life cycle with the bits 07')
    .optional(),
});

type Said = z.infer<typeof storeDataOptions>;

/** The options of one chip, each of them said. */
export type StoreDataOptions = {
  readonly [Option in Exclude<keyof Said, 'committed'>]-?: NonNullable<Said[Option]>;
} & {
  readonly committed: string | null;
};

/** What of a chip decides how it is spoken to. */
export interface SpokenChip {
  readonly storeData?: Said | undefined;
  readonly further?: readonly unknown[] | undefined;
  readonly factoryKeys?: object | undefined;
  readonly endLifeCycle?: string | undefined;
  readonly content?: object | undefined;
}

/**
 * Why a chip is reached through its security domain only: it has several applications, its keys are replaced, it is loaded, or its life cycle is set;
 * null where its application may be spoken to itself. GPC_SPE_034 v2.3.1 §7.3.3, §11.8, §11.10.
 */
export function needsSecurityDomain({ further = [], factoryKeys, endLifeCycle, content }: SpokenChip): string | null {
  if (further.length > 0) return 'the chip has several applications';
  if (factoryKeys !== undefined) return "the chip's factory keys are replaced";
  if (content !== undefined) return 'packages are loaded and applications installed';
  return endLifeCycle === undefined ? null : "the card's life cycle is set";
}

/** What a chip's product says, and what is so where it says nothing. */
export function storeDataOf(chip: SpokenChip): StoreDataOptions {
  const said = chip.storeData ?? {};
  return {
    grouping: said.grouping ?? 'fill',
    structure: said.structure ?? 'unstated',
    target: said.target ?? (needsSecurityDomain(chip) === null ? 'application' : 'security-domain'),
    padding: said.padding ?? 'always',
    committed: said.committed ?? null,
  };
}
