import type { AttemptId, BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { Disposition, StepName } from '#shared/journal-format/events/production-events.ts';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { StepPlan } from './job-steps.ts';

/** A fault as the reducer sees it: nobody reads messages. */
export interface KnownFault {
  readonly code: string;
  readonly details: FaultDetails;
}

/** What a person may answer when a line asks. */
export type Choice = 'retry' | 'reject-card' | 'stop-batch' | 'continue' | 'card-removed' | 'card-missing';

/** What comes after a card has left the machine. */
export type Afterwards =
  | 'go-on'
  | 'stop-batch'
  | 'ask'
  /** The link is doubtful: open it anew before another card is begun. */
  | 'reconnect';

/** What becomes of the card in the machine: its order is made, or it goes to the reject box. */
export type Fate =
  { readonly kind: 'make' } | { readonly kind: 'reject'; readonly reason: string; readonly afterwards: Afterwards };

/** One attempt in a machine: its steps and how far it is. */
export interface Job {
  readonly attempt: AttemptId;
  readonly order: OrderId;
  readonly batch: BatchId;
  readonly steps: readonly StepPlan[];
  /** Index of the step under way or next; `steps.length` when all are done. */
  readonly at: number;
  /** `open`: the journal holds an intent for that step without an outcome. `failed`: the step was begun and did not succeed. `none`: it was not begun. */
  readonly intent: 'open' | 'failed' | 'none';
  /** How often in a row the link was opened anew without a person having been asked. */
  readonly reconnects: number;
  readonly fate: Fate;
  /** `recovered`: found open after a restart; its plan is gone and no step of it is ever done again. */
  readonly origin: 'claimed' | 'recovered';
}

/** What a person said before the machine was asked: that the card was taken out, or that its last step shall be tried again. */
export type Said = 'nothing' | Word | 'try-again';

/** A person's word on a card that the machine does not hold: taken out and put away, or nowhere to be found. */
export type Word = 'card-removed' | 'card-missing';

/** A line is a resource that holds one card (DESIGN 6). */
export type LineState =
  /** No link to the printer yet. `job` is a card that may be in the machine. */
  | { readonly kind: 'disconnected'; readonly job: Job | null }
  | { readonly kind: 'connecting'; readonly job: Job | null }
  /** The machine is asked what happened to an open attempt. */
  | { readonly kind: 'probing'; readonly job: Job; readonly said: Said }
  | { readonly kind: 'idle' }
  | { readonly kind: 'claiming' }
  | { readonly kind: 'working'; readonly job: Job; readonly stage: 'intent' | 'acting' | 'outcome' }
  | { readonly kind: 'ending'; readonly job: Job; readonly reason: string; readonly afterwards: Afterwards }
  | {
      readonly kind: 'asking';
      readonly job: Job | null;
      readonly fault: KnownFault;
      /** What the person may answer, the primary choice first. */
      readonly choices: readonly Choice[];
      /** `step`: at the job's step; else the moment itself. */
      readonly during: 'step' | 'connect' | 'before-card' | 'after-card';
    };

/** What the probe found: where the card is, and whether the open step happened. */
export interface ProbeResult {
  readonly card: 'inside' | 'none' | 'unknown';
  /** Cards that left the feeder since the intent of the open step. */
  readonly fedSinceIntent: number | null;
  /** Panels printed since then. */
  readonly panelsSinceIntent: number | null;
}

export type LineEvent =
  | { readonly kind: 'connect-wanted' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'connect-failed'; readonly fault: KnownFault }
  | { readonly kind: 'probed'; readonly result: ProbeResult }
  | { readonly kind: 'work-wanted' }
  | { readonly kind: 'claimed'; readonly job: Job }
  | { readonly kind: 'nothing-to-claim' }
  | { readonly kind: 'claim-failed'; readonly fault: KnownFault }
  | { readonly kind: 'intent-committed' }
  | { readonly kind: 'step-done' }
  | { readonly kind: 'step-failed'; readonly fault: KnownFault }
  | { readonly kind: 'outcome-committed' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'chosen'; readonly choice: Choice };

export type LineEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'probe'; readonly job: Job }
  | { readonly kind: 'claim' }
  | { readonly kind: 'commit-intent'; readonly job: Job; readonly step: StepPlan }
  | { readonly kind: 'perform'; readonly job: Job; readonly step: StepPlan }
  | { readonly kind: 'commit-outcome'; readonly job: Job; readonly step: StepName; readonly fault: KnownFault | null }
  | {
      readonly kind: 'commit-settled';
      readonly job: Job;
      readonly step: StepName;
      readonly by: 'probe' | 'operator';
      readonly found: 'happened' | 'did-not-happen' | 'unknown';
      readonly evidence: string;
    }
  | {
      readonly kind: 'end';
      readonly job: Job;
      readonly disposition: Disposition;
      readonly decidedBy: 'engine' | 'operator' | 'recovery';
      readonly reason: string;
    }
  | { readonly kind: 'announce-fault'; readonly fault: KnownFault; readonly decision: string; readonly job: Job | null }
  | { readonly kind: 'announce-choice'; readonly choice: Choice; readonly job: Job | null }
  | { readonly kind: 'stop-batch'; readonly fault: KnownFault };

export interface Transition {
  readonly state: LineState;
  readonly effects: readonly LineEffect[];
}
