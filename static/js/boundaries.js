/* Where the words, clauses and sentences of a paragraph begin and end; offsets are UTF-16 units of its text. */

// A word begins with a letter or a digit: the selector behind an emoji is a mark, as an accent is. Inside it may
// stand what `selections.py` takes for part of a word, joiners and Hebrew's own signs among them, and a hyphen.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[’'.,·\-\u200c\u200d\u05f3\u05f4][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
const SENTENCE_END = /[.!?…]+["'”’»)\]]*\s+(?=["'“‘«([]*[\p{Lu}\p{Lo}\p{N}])/gu;
const ABBREVIATION = /(?:^|[\s("“‘])(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|No|vs|[A-Z](?:\.[A-Z])*)\.$/u;
// A clause begins at these words, and ends before them.
const OPENERS = new Set((
  "that to what who whom whose which how why when where whether if and but or as because after before since while "
  + "although though until unless than so for with in on at by from about into against during of"
).split(" "));
const SIGNS = /[^\s\p{L}\p{N}\p{M}]/u;

/** The words as [start, end]. */
export const words = (text) => [...text.matchAll(WORD)].map((match) => [match.index, match.index + match[0].length]);

/** The sentences as [start, end], without the white space between them. */
export const sentences = (text) => {
  const found = [];
  let start = text.length - text.trimStart().length;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].trimEnd().length;
    if (ABBREVIATION.test(text.slice(start, match.index + 1))) continue;
    found.push([start, end]);
    start = match.index + match[0].length;
  }
  const last = text.trimEnd().length;
  if (start < last) found.push([start, last]);
  return found;
};

/** Where a content is likely to begin: at words behind a sign or at the start, and at words that open a clause. */
export const likelyStarts = (text) => {
  const all = words(text);
  return all.filter(([start, end], index) => {
    const gap = text.slice(index ? all[index - 1][1] : 0, start);
    return index === 0 || SIGNS.test(gap) || OPENERS.has(text.slice(start, end).toLowerCase());
  }).map(([start]) => start);
};

/** Where a content is likely to end: at words before a sign or at the end, and before words that open a clause. */
export const likelyEnds = (text) => {
  const all = words(text);
  return all.filter(([, end], index) => {
    const next = all[index + 1];
    return !next || SIGNS.test(text.slice(end, next[0])) || OPENERS.has(text.slice(...next).toLowerCase());
  }).map(([, end]) => end);
};
