import { useTranslation } from 'react-i18next';
import { useProducts } from '../products/use-products.ts';

/** What stands in the file, and the word for it. */
const words = {
  environments: [
    ['test', 'test'],
    ['live', 'live'],
  ],
  levelsOfScp03: [
    ['01', 'mac'],
    ['03', 'macAndData'],
    ['11', 'macBothWays'],
    ['13', 'macBothWaysAndData'],
    ['33', 'everything'],
  ],
  levelsOfScp02: [
    ['01', 'mac'],
    ['03', 'macAndData'],
    ['11', 'macBothWays'],
    ['13', 'macBothWaysAndData'],
  ],
  ribbons: [
    ['ymcko', 'colour'],
    ['k', 'black'],
  ],
  printed: [
    ['none', 'noCode'],
    ['cvv2', 'code'],
  ],
  stripes: [
    ['none', 'noStripe'],
    ['tracks', 'tracks'],
  ],
  coercivities: [
    ['high', 'high'],
    ['low', 'low'],
  ],
  trackSources: [
    ['record:track1', 'firstOfOrder'],
    ['record:track2', 'secondOfOrder'],
    ['record:track3', 'thirdOfOrder'],
    ['computed:track1', 'firstComputed'],
    ['computed:track2', 'secondComputed'],
  ],
  sides: [
    ['contact', 'contact'],
    ['contactless', 'contactless'],
  ],
  recognition: [['required', 'mustTell']],
  ways: [
    ['add', 'add'],
    ['replace', 'replace'],
  ],
  forms: [
    ['with-length', 'withLength'],
    ['plain-length', 'plainLength'],
  ],
  needs: [
    ['required', 'required'],
    ['optional', 'optional'],
  ],
  rules: [
    ['pan', 'cardNumber'],
    ['digits', 'digits'],
    ['year-month', 'yearMonth'],
    ['service-code', 'serviceCode'],
    ['printed-text', 'printedText'],
    ['encoded-name', 'encodedName'],
    ['track', 'track'],
    ['amount', 'amount'],
  ],
  checks: [
    ['none', 'noCheck'],
    ['luhn', 'luhn'],
  ],
  whens: [
    ['any', 'anyTime'],
    ['future', 'future'],
    ['past', 'past'],
  ],
  trackContents: [
    ['iso-7813', 'standard'],
    ['issuer', 'issuerOwn'],
  ],
  applications: [['loyalty', 'loyalty']],
  contents: [
    ['open', 'open'],
    ['secret', 'secret'],
  ],
  coverages: [
    ['signed', 'signed'],
    ['unsigned', 'unsigned'],
  ],
  grouping: [
    ['each', 'each'],
    ['fill', 'fill'],
  ],
  structure: [
    ['unstated', 'unstated'],
    ['dgi', 'asDgi'],
  ],
  target: [
    ['application', 'application'],
    ['security-domain', 'securityDomain'],
  ],
  padding: [
    ['always', 'always'],
    ['when-needed', 'whenNeeded'],
  ],
} as const;

type Choice = keyof typeof words;

/** One of the choices of the form, in words. */
export function useChoice(name: Choice): readonly { readonly value: string; readonly label: string }[] {
  const { t } = useTranslation();
  return words[name].map(([value, word]) => ({ value, label: t(`editorChoice.${word}`) }));
}

/** The profiles in production. */
export function useProfileChoice(): readonly { readonly value: string; readonly label: string }[] {
  const list = useProducts();
  return (list.data?.profiles ?? []).map(({ profile }) => ({ value: profile, label: profile }));
}
