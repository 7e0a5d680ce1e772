import type { SeededRandom } from './seeded-random.ts';

/** A name as printed and as written to chip and stripe (`SURNAME/GIVEN`, 2 to 26 characters). */
export interface CardName {
  readonly printName: string;
  readonly encodedName: string;
}

const pair = (printName: string, encodedName: string): CardName => ({
  printName: printName.normalize('NFC'),
  encodedName,
});

/** One of each kind that print rooms meet: scripts, marks, very long, very short. The first five open the first batch. */
export const showcaseNames: readonly CardName[] = [
  pair('Zoë Müller-Čapková', 'MUELLER-CAPKOVA/ZOE'),
  pair('Ελένη Παπαδοπούλου', 'PAPADOPOULOU/ELENI'),
  pair('محمد عبد الله', 'ABDULLAH/MOHAMMED'),
  pair('น้ำฝน คำดี', 'KHAMDI/NAMFON'),
  pair('Wolfeschlegelsteinhausenbergerdorff-Größel', 'WOLFESCHLEGELSTEINHAUSEN/A'),
  pair('Наталья Кузнецова', 'KUZNETSOVA/NATALIA'),
  pair('יעל כהן', 'COHEN/YAEL'),
  pair('प्रिया शर्मा', 'SHARMA/PRIYA'),
  pair('Bo Li', 'LI/BO'),
  pair("Siobhán O'Súilleabháin", 'OSULLIVAN/SIOBHAN'),
  pair('Łukasz Brzęczyszczykiewicz', 'BRZECZYSZCZYKIEWICZ/LUKASZ'),
  pair('Nguyễn Thị Ánh Tuyết', 'NGUYEN/THI ANH TUYET'),
  pair('Անահիտ Սարգսյան', 'SARGSYAN/ANAHIT'),
  pair('ნინო ბერიძე', 'BERIDZE/NINO'),
  pair('Ý Ó', 'O/Y'),
  pair('Günəş Öztürk', 'OEZTUERK/GUENES'),
  pair('Hans-Jürgen von der Öhe d’Argent', 'VON DER OEHE/HANS-JUERGEN'),
  pair('Мария-Антуанетта Константинопольская', 'KONSTANTINOPOLSKAYA/MARIA'),
  pair('สมชาย ศรีสุวรรณ', 'SRISUWAN/SOMCHAI'),
  pair('अर्जुन चतुर्वेदी', 'CHATURVEDI/ARJUN'),
  pair('فاطمة الزهراء بن علي', 'BEN ALI/FATIMA ZAHRA'),
  pair('Κωνσταντίνος Ξένος', 'XENOS/KONSTANTINOS'),
  pair('אברהם בן־דוד', 'BEN-DAVID/AVRAHAM'),
  pair('Françoise Lefèvre', 'LEFEVRE/FRANCOISE'),
];

const given: readonly (readonly [string, string])[] = [
  ['Anna', 'ANNA'],
  ['José', 'JOSE'],
  ['Åsa', 'AASA'],
  ['Émile', 'EMILE'],
  ['Jürgen', 'JUERGEN'],
  ['Šárka', 'SARKA'],
  ['Mihály', 'MIHALY'],
  ['Inês', 'INES'],
  ['Søren', 'SOEREN'],
  ['Chloé', 'CHLOE'],
  ['Tomasz', 'TOMASZ'],
  ['Ioana', 'IOANA'],
];
const family: readonly (readonly [string, string])[] = [
  ['Novák', 'NOVAK'],
  ['García', 'GARCIA'],
  ['Lindström', 'LINDSTROEM'],
  ['Dupont', 'DUPONT'],
  ['Weiß', 'WEISS'],
  ['Kovács', 'KOVACS'],
  ['Gonçalves', 'GONCALVES'],
  ['Østergaard', 'OESTERGAARD'],
  ['Wiśniewski', 'WISNIEWSKI'],
  ['Popescu', 'POPESCU'],
  ['O’Brien', 'OBRIEN'],
  ['De Luca', 'DE LUCA'],
];

/** The name of the order at `position`: the showcase in turn at first, later Latin combinations with one of the showcase now and then. */
export function nameFor(position: number, random: SeededRandom): CardName {
  const shown = showcaseNames[position];
  if (shown !== undefined) return shown;
  if (random.below(10) < 3) return random.pick(showcaseNames);
  const [first, firstEncoded] = random.pick(given);
  const [last, lastEncoded] = random.pick(family);
  return pair(`${first} ${last}`, `${lastEncoded}/${firstEncoded}`);
}
