import type { Credentials } from './people.ts';

/** People of the training CMS, with passwords that exist nowhere else; made by `--training`. */
export const trainingPeople: readonly (Credentials & { readonly title: string })[] = [
  { person: 'clara', title: 'Clara Nyberg', password: 'training-clara' },
  { person: 'conrad', title: 'Conrad Okello', password: 'training-conrad' },
];
