/* Spans by keyboard alone: other contents with one key, edges that move by clause or word, and a caret in the text. */

import { CLAUSES, next, paragraphs, PARAGRAPHS, SENTENCES, startOf, wordEdges, WORDS } from "./caret_places.js";
import { contentOf, hideOffers, offers, piecesOf, pressOffer, showOffers } from "./other_contents.js";
import { paragraphAt, rangeOf, take } from "./selection.js";

// Going to another article swaps the text, so it is looked up each time.
const article = () => document.getElementById("article-text");
const cardOf = (claim) => document.getElementById(`claim-card-${claim}`);
const say = (message) => document.dispatchEvent(new CustomEvent("announced", { detail: { message } }));
const canHighlight = typeof Highlight !== "undefined" && CSS.highlights !== undefined;

/** What the open caret shows, or null: { claim, pieces, edge, anchor, shown }. */
let open = null;
let early = null; // keys pressed while this script and the other contents are on their way

const bar = document.createElement("span");
bar.className = "caret";
bar.setAttribute("aria-hidden", "true");

const textOf = (start, end) => rangeOf(start, end).toString();

/* ---- What is shown ---- */
const first = () => open.pieces[0][0];
const last = () => open.pieces.at(-1)[1];
const isEmpty = () => first() === last();
const focusAt = () => (open.edge === "start" ? first() : last());
// Signs at the edges are not words: an edge moves on from the word beside it.
const firstWord = () => Math.min(next(first() - 1, 1, WORDS.starts), last());
const lastWord = () => Math.max(next(last() + 1, -1, WORDS.ends), first());

const showBar = () => {
  const range = rangeOf(focusAt(), focusAt());
  const box = range.getClientRects()[0] ?? paragraphAt(focusAt()).getBoundingClientRect();
  const origin = article().getBoundingClientRect();
  article().append(bar);
  bar.style.left = `${box.left - origin.left}px`;
  bar.style.top = `${box.top - origin.top}px`;
  bar.style.height = `${Math.min(box.height, 32)}px`;
  const view = article().closest(".article-column").getBoundingClientRect();
  const top = Math.max(view.top, 0) + document.getElementById("selection-tools").offsetHeight;
  if (box.top < top || box.bottom > Math.min(view.bottom, window.innerHeight)) bar.scrollIntoView({ block: "center" });
};

const show = () => {
  const ranges = isEmpty() ? [] : open.pieces.map(([start, end]) => rangeOf(start, end));
  const selection = window.getSelection();
  selection.removeAllRanges();
  if (canHighlight) CSS.highlights.set("caret-content", new Highlight(...ranges));
  else if (ranges.length) selection.addRange(rangeOf(first(), last()));
  pressOffer(open.pieces);
  showBar();
};

const shortened = (text) => {
  const all = text.trim().split(/\s+/);
  return all.length > 9 ? `${all.slice(0, 4).join(" ")} … ${all.slice(-4).join(" ")}` : all.join(" ");
};
const announce = (before = "") => {
  if (isEmpty()) say(`Before ${textOf(focusAt(), next(focusAt(), 1, WORDS.ends)).trim() || "the end"}`);
  else say(`${before}${open.pieces.map(([start, end]) => shortened(textOf(start, end))).join(", then ")}`);
};

const set = (pieces, edge, before) => {
  Object.assign(open, { pieces, edge });
  show();
  announce(before);
};

/* ---- Moves ---- */
/** Move one edge of what is shown to an offset; pieces that fall outside are dropped, and one with words stays. */
const moveEdge = (edge, to) => {
  const pieces = open.pieces.map((piece) => [...piece]);
  if (edge === "start") {
    if (to >= last()) return;
    while (pieces.length > 1 && pieces[0][1] <= to) pieces.shift();
    pieces[0][0] = to;
  } else {
    if (to <= first()) return;
    while (pieces.length > 1 && pieces.at(-1)[0] >= to) pieces.pop();
    pieces.at(-1)[1] = to;
  }
  open.anchor = edge === "start" ? pieces.at(-1)[1] : pieces[0][0];
  set(pieces, edge);
};

/** Move the caret; what was shown is left behind. */
const moveCaret = (to) => {
  open.anchor = to;
  set([[to, to]], "end");
};

/** Extend what is shown at the edge that moves; a caret without words begins to select. */
const extend = (direction, { starts, ends }) => {
  const edge = isEmpty() ? (direction > 0 ? "end" : "start") : open.edge;
  const from = isEmpty() ? first() : (edge === "start" ? firstWord() : lastWord());
  const to = next(from, direction, edge === "start" ? starts : ends);
  if (isEmpty()) set([[Math.min(open.anchor, to), Math.max(open.anchor, to)]], edge);
  else moveEdge(edge, to);
};

const UNITS = {
  ArrowLeft: [-1, wordEdges, WORDS],
  ArrowRight: [1, wordEdges, WORDS],
  ArrowUp: [-1, SENTENCES.starts, SENTENCES],
  ArrowDown: [1, SENTENCES.starts, SENTENCES],
  PageUp: [-1, PARAGRAPHS.starts, PARAGRAPHS],
  PageDown: [1, PARAGRAPHS.starts, PARAGRAPHS],
};

const move = (key, isExtending) => {
  const [direction, edges, units] = UNITS[key];
  if (isExtending) extend(direction, units);
  else if (isEmpty() || key !== "ArrowLeft" && key !== "ArrowRight") moveCaret(next(direction > 0 ? last() : first(), direction, edges));
  else moveCaret(direction > 0 ? last() : first());
};

const EDGE_KEYS = {
  u: () => moveEdge("start", next(firstWord(), -1, CLAUSES.starts)),
  i: () => moveEdge("start", next(firstWord(), 1, CLAUSES.starts)),
  o: () => moveEdge("end", next(lastWord(), -1, CLAUSES.ends)),
  p: () => moveEdge("end", next(lastWord(), 1, CLAUSES.ends)),
  U: () => moveEdge("start", next(firstWord(), -1, WORDS.starts)),
  I: () => moveEdge("start", next(firstWord(), 1, WORDS.starts)),
  O: () => moveEdge("end", next(lastWord(), -1, WORDS.ends)),
  P: () => moveEdge("end", next(lastWord(), 1, WORDS.ends)),
};

/* ---- Taking ---- */
const takeShown = (purpose, { goesOn = false, isRaw = false } = {}) => {
  const needsWords = !["cut", "join"].includes(purpose);
  if (needsWords && isEmpty()) {
    say("Select words first: hold Shift while you move.");
    return;
  }
  const pieces = purpose === "join" ? [[first(), last()]] : open.pieces;
  const { claim } = open;
  closeCaret();
  take(purpose, pieces, { card: cardOf(claim), goesOn, isRaw });
};

const takeOther = (button) => {
  open.pieces = piecesOf(button);
  takeShown("content", { goesOn: true });
};
const showOther = (by) => {
  const all = offers();
  if (all.length === 0) {
    say("There is no other content to offer: move the edges with u, i, o and p.");
    return;
  }
  // Before any was shown, backwards means from behind the last one.
  const from = open.shown ?? (by > 0 ? -1 : all.length);
  open.shown = (from + by + all.length) % all.length;
  const pieces = piecesOf(all[open.shown]);
  open.anchor = pieces[0][0];
  set(pieces, "end", `${open.shown + 1} of ${all.length}: `);
};

const PURPOSES = { e: "content", E: "piece", c: "claim", q: "cue", w: "source", "-": "cut", "+": "join", "=": "join" };

const act = (key, event) => {
  const button = offers()[Number(key) - 1];
  if (UNITS[key]) move(key, event.shiftKey);
  else if (EDGE_KEYS[key]) EDGE_KEYS[key]();
  else if (key === "v" || key === "V") showOther(key === "v" ? 1 : -1);
  else if (key === "Enter") takeShown("content", { goesOn: true, isRaw: event.altKey });
  else if (PURPOSES[key]) takeShown(PURPOSES[key], { isRaw: event.altKey });
  else if (button) takeOther(button);
  else if (key === "Escape") leave();
  else return false;
  return true;
};

/** Give the place of a key where Alt makes a keyboard write another letter. */
const keyOf = (event) => {
  const letter = event.altKey ? event.code.match(/^Key([A-Z])$/)?.[1] : undefined;
  if (!letter) return event.key;
  return event.shiftKey ? letter : letter.toLowerCase();
};

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.target.closest?.("input, textarea, select, dialog[open]")) return;
  // A button of the panel that has the focus is pressed by Enter, as every button is.
  if (event.key === "Enter" && event.target.closest?.("button, a")) return;
  const key = keyOf(event);
  if (early) early.push(event);
  else if (!act(key, event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
};

/* ---- Opening and closing ---- */
const onFocus = (event) => {
  const card = event.target.closest(".claim-card");
  if (card && card.dataset.claim !== open.claim) closeCaret();
};
const onPress = (event) => {
  const button = event.target.closest("[data-spans]");
  if (button) takeOther(button);
  else if (event.target.closest("#article-text")) closeCaret();
};

const closeCaret = () => {
  if (!open) return;
  open = early = null;
  bar.remove();
  if (canHighlight) CSS.highlights.delete("caret-content");
  window.getSelection().removeAllRanges();
  hideOffers();
  document.removeEventListener("keydown", onKey, { capture: true });
  document.removeEventListener("focusin", onFocus);
  document.removeEventListener("click", onPress);
  document.removeEventListener("step-taken", closeCaret);
};

const leave = () => {
  const { claim } = open;
  closeCaret();
  cardOf(claim)?.focus({ preventScroll: true });
  say("Nothing was changed.");
};

/**
 * Open the caret at the content of the claim, or without a claim at the start of the text.
 * `keys` are the events of keys that were pressed since it was asked for.
 */
export const openCaret = async (claim, keys) => {
  if (open || paragraphs().length === 0) return;
  open = { claim, pieces: [], edge: "end", anchor: 0, shown: null };
  early = keys;
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusin", onFocus);
  document.addEventListener("click", onPress);
  document.addEventListener("step-taken", closeCaret);
  await showOffers(claim, () => open?.claim === claim);
  if (open?.claim !== claim) return;
  const start = startOf(paragraphs()[0]);
  const content = contentOf(claim);
  open.pieces = content.length ? content : [[start, start]];
  open.anchor = first();
  show();
  const count = offers().length;
  announce(count ? `Caret open, ${count} other contents. Now: ` : "Caret open. Now: ");
  early = null;
  for (const event of keys) {
    if (open) act(keyOf(event), event);
  }
};
