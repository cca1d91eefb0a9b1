/* From what is selected in the article to a step; offsets are half-open and in code points, as the server counts. */

// Going to another article swaps the text, so it is looked up each time.
const article = () => document.getElementById("article-text");

/** Count code points: the browser counts UTF-16 units, where an emoji is two. */
export const codePoints = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** The UTF-16 offset of a number of code points. */
export const unitsOf = (text, count) => {
  let units = 0;
  for (let left = count; left > 0 && units < text.length; left -= 1) {
    units += text.codePointAt(units) > 0xffff ? 2 : 1;
  }
  return units;
};

const textOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("p.text");

/** The offset of a boundary point inside the text of one paragraph. */
const offsetIn = (paragraph, node, offset) => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  range.setEnd(node, offset);
  return Number(paragraph.dataset.start) + codePoints(range.toString());
};

/**
 * The selected stretch as { start, end }, or null where nothing of the article is selected.
 * A selection that starts or ends between paragraphs reaches to the nearest text inside it.
 */
const selectedSpan = () => {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const touched = [...article().querySelectorAll("p.text")].filter((paragraph) => range.intersectsNode(paragraph));
  if (touched.length === 0) return null;
  const [first, last] = [touched[0], touched[touched.length - 1]];
  const start = textOf(range.startContainer) === first
    ? offsetIn(first, range.startContainer, range.startOffset)
    : Number(first.dataset.start);
  const end = textOf(range.endContainer) === last
    ? offsetIn(last, range.endContainer, range.endOffset)
    : Number(last.dataset.start) + codePoints(last.textContent);
  return end > start ? { start, end } : null;
};

const placeIn = (paragraph, offset) => {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let left = offset - Number(paragraph.dataset.start);
  let node = walker.nextNode();
  for (let next = node; next; next = walker.nextNode()) {
    node = next;
    const length = codePoints(node.data);
    if (left <= length) return [node, unitsOf(node.data, left)];
    left -= length;
  }
  return node ? [node, node.data.length] : [paragraph, 0];
};

/** The paragraph that holds an offset, or the nearest one that the page has. */
export const paragraphAt = (offset) => {
  const all = [...article().querySelectorAll("p.text")];
  return all.findLast((paragraph) => Number(paragraph.dataset.start) <= offset) ?? all[0];
};

/** The range of the page over [start, end). */
export const rangeOf = (start, end) => {
  const range = document.createRange();
  range.setStart(...placeIn(paragraphAt(start), start));
  range.setEnd(...placeIn(paragraphAt(end), end));
  return range;
};

/** Make a change of the page, and select what of the article was selected where the change brought it anew. */
export const keepSelected = (change) => {
  const before = selectedSpan();
  change();
  const after = selectedSpan();
  if (!before || (after?.start === before.start && after.end === before.end)) return;
  window.getSelection().removeAllRanges();
  window.getSelection().addRange(rangeOf(before.start, before.end));
};

/**
 * Send what pieces of the text are, as a step: "content", "piece" (one more of it), "cue", "source", "cut" or "join"
 * of the card's claim, or a new "claim".
 */
export const take = (purpose, pieces, { card, isRaw = false, goesOn = false }) => {
  const form = purpose === "claim" ? document.getElementById("new-claim") : card?.querySelector(".spans-form");
  if (!form) return;
  form.elements.spans.value = pieces.map(([start, end]) => `${start}-${end}`).join(";");
  form.elements.raw.value = isRaw ? "1" : "";
  if (purpose !== "claim") {
    const changes = { piece: "add", cut: "cut", join: "join" };
    form.elements.role.value = ["cue", "source"].includes(purpose) ? purpose : "content";
    form.elements.change.value = changes[purpose] ?? "";
  }
  form.toggleAttribute("data-goes-on", goesOn);
  form.requestSubmit();
};

/* ---- What the mouse selected ---- */
let selected = null;

const remember = () => {
  const span = selectedSpan();
  // A click on one of the tools may clear the selection before it is read, so the last one is kept until
  // another place of the page gets the focus.
  if (span || !document.activeElement?.closest("#selection-tools")) selected = span;
  for (const button of document.querySelectorAll("[data-selection]")) button.disabled = !selected;
};
document.addEventListener("selectionchange", remember);
remember();

/** Say what the selected words are, raw exactly as they were selected. False where none are. */
export const takeSelection = (purpose, { card, isRaw }) => {
  // A key may come before the browser has told of the selection it made.
  selected = selectedSpan() ?? selected;
  if (!selected) return false;
  const pieces = [[selected.start, selected.end]];
  selected = null;
  window.getSelection().removeAllRanges();
  take(purpose, pieces, { card, isRaw });
  return true;
};
