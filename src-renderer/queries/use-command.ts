import { useMutation } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import { useSession } from '../stores/session-store.ts';

/** A call that changes something: its pending state, its fault, and what to do with the answer. */
export function useCommand<TInput, TOutput>(
  call: (input: TInput) => Promise<TOutput>,
  then?: (output: TOutput, input: TInput) => void,
): UseMutationResult<TOutput, Error, TInput> {
  return useMutation<TOutput, Error, TInput>({
    mutationFn: (input) => {
      useSession.getState().act();
      return call(input);
    },
    ...(then === undefined ? {} : { onSuccess: then }),
  });
}
