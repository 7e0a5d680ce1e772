import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { UseFormReturn } from 'react-hook-form';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { sameContent, tidyContent } from './draft-content.ts';

/** The station is asked once a person has not typed for so many milliseconds. */
const pauseMilliseconds = 350;

interface DraftForm {
  readonly form: UseFormReturn;
  /** As it was when the person last stopped typing. */
  readonly content: DraftContent;
  readonly changed: 'unsaved' | 'saved';
  /** Takes what is in the form as the content that is kept now. */
  readonly keep: (content: DraftContent) => void;
}

/** A form over a content that may be anything; what no field stands for stays in it. */
export function useDraftForm(initial: DraftContent): DraftForm {
  const form = useForm({ defaultValues: initial as Record<string, unknown> });
  const [kept, keep] = useState(() => tidyContent(initial));
  const [content, setContent] = useState(kept);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = form.subscribe({
      formState: { values: true },
      callback: () => {
        clearTimeout(timer);
        timer = setTimeout(() => setContent(tidyContent(form.getValues())), pauseMilliseconds);
      },
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [form]);
  return { form, content, changed: sameContent(content, kept) ? 'saved' : 'unsaved', keep };
}
