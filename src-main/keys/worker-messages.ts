import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { KeyPort } from './port.ts';

/** The acts of the port that cross to the worker. */
export type Act = Exclude<keyof KeyPort, 'close'>;

/** What an act takes, without its signal. */
export type ActInput<A extends Act> = Parameters<KeyPort[A]> extends [...infer Input, AbortSignal] ? Input : never;
export type ActOutput<A extends Act> = Awaited<ReturnType<KeyPort[A]>>;

/** Which store to open; the PIN travels in this message only, never in arguments or environment. */
export type OpeningMessage =
  | {
      readonly kind: 'pkcs11';
      readonly modulePath: string;
      readonly tokenLabel: string;
      readonly stationName: string;
      readonly pin: string;
    }
  | { readonly kind: 'node-crypto'; readonly folder: string; readonly pin: string };

/** A token to be made in a module that has an empty slot. */
export interface TokenMessage {
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pin: string;
  readonly officerPin: string;
}

/** From the station to the worker. */
export type WorkerRequest =
  | { readonly kind: 'open'; readonly id: number; readonly opening: OpeningMessage }
  | { readonly kind: 'initialise-token'; readonly id: number; readonly token: TokenMessage }
  | { readonly kind: 'act'; readonly id: number; readonly act: Act; readonly input: readonly unknown[] }
  /** Overwrites what messages have left in the buffers of both processes' channel: as long as one of them, and answered alike. */
  | { readonly kind: 'forget'; readonly id: number; readonly filler: Uint8Array }
  | { readonly kind: 'close'; readonly id: number };

/** From the worker to the station: one answer a request. */
export type WorkerReply =
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly code: string; readonly details: FaultDetails };
