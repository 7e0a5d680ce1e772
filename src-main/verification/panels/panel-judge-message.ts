import type { OrderFields } from '#shared/domain/order-field.ts';
import type { PrintReading } from './judge-print.ts';
import type { TypeFile } from './card-type.ts';

/** Where layouts and fonts lie. */
export interface PanelJudgeStart {
  readonly layoutsFolder: string;
  readonly fonts: readonly TypeFile[];
}

/** A print job and what it should show; `back` is null where the back is not printed. */
export interface JudgeTask {
  readonly commands: readonly Uint8Array[];
  readonly front: string;
  readonly back: string | null;
  readonly fields: OrderFields;
  /** SPECIMEN in black resin hides some dots. */
  readonly specimen: 'in-black' | 'elsewhere';
}

export interface JudgeRequest {
  readonly id: number;
  readonly task: JudgeTask;
}

/** A fault names its kind only: a message could quote what is printed. */
export type JudgeReply =
  | { readonly id: number; readonly kind: 'read'; readonly reading: PrintReading }
  | { readonly id: number; readonly kind: 'fault'; readonly reason: string };
