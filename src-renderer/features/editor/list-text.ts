function wordsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Nothing at all is not said, rather than an empty list. */
function saidWords<Read>(text: string, read: (word: string) => Read): readonly Read[] | '' {
  const words = wordsOf(text);
  return words.length === 0 ? '' : words.map(read);
}

/** How an array of a product is written in one line, and read from it; a word that cannot be read stays a word, and the station says so. */
export interface ListText {
  readonly write: (value: unknown) => string;
  readonly read: (text: string) => unknown;
}

export const texts: ListText = {
  write: (value) => (Array.isArray(value) ? value.map(String).join(', ') : ''),
  read: (text) => saidWords(text, (word) => word),
};

export const numbers: ListText = {
  write: texts.write,
  read: (text) => saidWords(text, (word) => (/^\d{1,9}$/.test(word) ? Number(word) : word)),
};

/** `990001-990049`, or one number that is a range of itself. */
export const ranges: ListText = {
  write: (value) =>
    Array.isArray(value)
      ? value.map(({ from, to }: { from: string; to: string }) => (from === to ? from : `${from}-${to}`)).join(', ')
      : '',
  read: (text) =>
    saidWords(text, (word) => {
      const [from = '', to = from] = word.split('-').map((end) => end.trim());
      return { from, to };
    }),
};
