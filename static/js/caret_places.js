/* Where the caret and the edges of a content may stop: boundaries.js over all paragraphs shown, in code points. */

import { likelyEnds, likelyStarts, sentences, words } from "./boundaries.js";
import { codePoints, paragraphAt } from "./selection.js";

const wordStarts = (text) => words(text).map(([start]) => start);
const wordEnds = (text) => words(text).map(([, end]) => end);
const sentenceStarts = (text) => sentences(text).map(([start]) => start);
const sentenceEnds = (text) => sentences(text).map(([, end]) => end);

export const WORDS = { starts: wordStarts, ends: wordEnds };
export const CLAUSES = { starts: likelyStarts, ends: likelyEnds };
export const SENTENCES = { starts: sentenceStarts, ends: sentenceEnds };
export const PARAGRAPHS = {
  starts: (text) => sentenceStarts(text).slice(0, 1),
  ends: (text) => sentenceEnds(text).slice(-1),
};
export const wordEdges = (text) => words(text).flat();

/** The paragraphs of the page, and where one starts. Going to another article swaps them. */
export const paragraphs = () => [...document.querySelectorAll("#article-text p.text")];
export const startOf = (paragraph) => Number(paragraph.dataset.start);

const placesIn = (paragraph, find) => {
  const text = paragraph.textContent;
  return find(text).map((units) => startOf(paragraph) + codePoints(text.slice(0, units)));
};

/** The next place in a direction (1 or -1) that `find` names, in this paragraph or the nearest that has one. */
export const next = (offset, direction, find) => {
  const all = paragraphs();
  let index = all.indexOf(paragraphAt(offset));
  for (; index >= 0 && index < all.length; index += direction) {
    const places = placesIn(all[index], find);
    const found = direction > 0 ? places.find((at) => at > offset) : places.findLast((at) => at < offset);
    if (found !== undefined) return found;
  }
  return offset;
};
