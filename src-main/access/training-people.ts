import type { Role } from '#shared/domain/roles.ts';

/** A person of the training mode, with the password that the login screen shows there and nowhere else. */
export interface TrainingPerson {
  readonly person: string;
  readonly displayName: string;
  readonly role: Role;
  readonly issuers: 'all' | readonly string[];
  readonly password: string;
}

/** Made at the first start of a training station; refused by a live one. */
export const trainingPeople: readonly TrainingPerson[] = [
  { person: 'olivia', displayName: 'Olivia Okafor', role: 'operator', issuers: 'all', password: 'training-olivia' },
  {
    person: 'oscar',
    displayName: 'Oscar Lindqvist',
    role: 'operator',
    issuers: ['northbank'],
    password: 'training-oscar',
  },
  { person: 'sofia', displayName: 'Sofia Marchetti', role: 'supervisor', issuers: 'all', password: 'training-sofia' },
  { person: 'samuel', displayName: 'Samuel Brandt', role: 'supervisor', issuers: 'all', password: 'training-samuel' },
  { person: 'amira', displayName: 'Amira Haddad', role: 'administrator', issuers: 'all', password: 'training-amira' },
  { person: 'kofi', displayName: 'Kofi Mensah', role: 'custodian', issuers: 'all', password: 'training-kofi' },
  { person: 'karin', displayName: 'Karin Dahl', role: 'custodian', issuers: 'all', password: 'training-karin' },
  { person: 'kemal', displayName: 'Kemal Aydin', role: 'custodian', issuers: 'all', password: 'training-kemal' },
];
