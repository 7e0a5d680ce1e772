import type { Topic } from '#shared/contract/topic.ts';

/** One message of `session.watch`. */
export interface TopicMessage {
  readonly revision: number;
  readonly topics: readonly Topic[];
}

/** What must be asked for again after a message. */
export type AskAgain =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'everything' }
  | { readonly kind: 'topics'; readonly topics: readonly Topic[] };

/**
 * Goes by revision, never by arrival: the first message of a subscription and a gap ask for everything, the next revision for its
 * topics, an old one for nothing.
 *
 * @param last the revision reached so far; null at the start of a subscription
 */
export function followRevision(
  last: number | null,
  message: TopicMessage,
): { readonly revision: number; readonly ask: AskAgain } {
  if (last === null || message.revision > last + 1) return { revision: message.revision, ask: { kind: 'everything' } };
  if (message.revision <= last) return { revision: last, ask: { kind: 'nothing' } };
  return {
    revision: message.revision,
    ask: message.topics.length === 0 ? { kind: 'nothing' } : { kind: 'topics', topics: message.topics },
  };
}

/** Whether a snapshot is newer than the one shown. */
export function isNewer(shown: number | null, arrived: number): boolean {
  return shown === null || arrived > shown;
}
