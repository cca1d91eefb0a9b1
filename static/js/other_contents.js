/* The other contents that the server offers for a claim, as numbered buttons above the text. */

import { startOf } from "./caret_places.js";
import { codePoints } from "./selection.js";

const panel = () => document.getElementById("other-contents");

/** Pieces as a form sends them, in code points: `302-322;369-423`. */
const written = (pieces) => pieces.map(([start, end]) => `${start}-${end}`).join(";");
const read = (spans) => spans.split(";").filter(Boolean).map((span) => span.split("-").map(Number));

/** The buttons, likeliest content first, and the pieces that one stands for. */
export const offers = () => [...panel().querySelectorAll("[data-spans]")];
export const piecesOf = (button) => read(button.dataset.spans);

/** Press the button of what the caret shows, if one offers it. */
export const pressOffer = (pieces) => {
  for (const button of offers()) button.setAttribute("aria-pressed", String(button.dataset.spans === written(pieces)));
};

/** The content as far as its marks show it, for when the server can't be asked. */
const markedContent = (claim) => {
  const marks = [...document.querySelectorAll(`#article-text mark.mark-content[data-claims~="${claim}"]`)];
  return marks.map((mark) => {
    const paragraph = mark.closest("p.text");
    const range = document.createRange();
    range.setStart(paragraph, 0);
    range.setEndBefore(mark);
    const start = startOf(paragraph) + codePoints(range.toString());
    return [start, start + codePoints(mark.textContent)];
  });
};

/** Ask for what the claim may say and show it, unless the caret is no longer open on the claim by then. */
export const showOffers = async (claim, isOpen) => {
  const card = document.getElementById(`claim-card-${claim}`);
  const address = card?.querySelector(".spans-form")?.dataset.alternatives;
  if (!address) return;
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    if (isOpen()) panel().replaceWith(template.content.firstElementChild);
  } catch {
    // Without a network the caret works all the same; only the offers are missing.
  }
};

/** The pieces of the claim's content as the server answered, else as they are marked. */
export const contentOf = (claim) => (panel().dataset.content ? read(panel().dataset.content) : markedContent(claim));

export const hideOffers = () => {
  panel().replaceChildren();
  panel().hidden = true;
  delete panel().dataset.content;
};
