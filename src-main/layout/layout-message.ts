import type { OrderFields } from '#shared/domain/order-field.ts';
import type { PrintSide } from '#shared/domain/print-side.ts';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { Specimen } from './compose-side.ts';
import type { PrintedProduct } from './layout-catalogue.ts';

/** What the worker is started with. */
export interface LayoutWorkerStart {
  readonly layoutsFolder: string;
  readonly fontListFile: string;
  readonly fontFolders: readonly string[];
}

export type LayoutTask =
  | {
      readonly kind: 'paint';
      readonly product: PrintedProduct;
      readonly fields: OrderFields;
      readonly specimen: Specimen;
    }
  | { readonly kind: 'check'; readonly product: PrintedProduct }
  | { readonly kind: 'fit'; readonly product: PrintedProduct; readonly fields: OrderFields }
  | { readonly kind: 'picture'; readonly side: PrintSide };

export interface LayoutRequest {
  readonly id: number;
  readonly task: LayoutTask;
}

export type LayoutOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sides'; readonly sides: readonly PrintSide[] }
  | { readonly kind: 'checked' }
  | { readonly kind: 'fits' }
  | { readonly kind: 'picture'; readonly png: Uint8Array }
  | { readonly kind: 'fault'; readonly code: string; readonly details: FaultDetails };

/** `id` 0 answers the start. */
export interface LayoutReply {
  readonly id: number;
  readonly outcome: LayoutOutcome;
}
