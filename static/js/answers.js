/* What the server's answer to a step changes on the page: the parts it brings, a refusal, a conflict to be answered. */

import { keepSelected } from "./selection.js";

const cardOf = (claimId) => document.getElementById(`claim-card-${claimId}`);

/** What was typed into a card and not sent, so that an answer that swaps the card does not take it away. */
export const typedIn = (card) => [...(card?.querySelectorAll("input[name=name], textarea") ?? [])]
  .filter((field) => field.value !== field.defaultValue)
  .map((field) => [field.id, field.value]);

/** Put the parts that an answer brings in their places. */
export const swapAnswer = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  // What another part of a long list or text holds has no place here.
  for (const part of template.content.querySelectorAll("[hx-swap-oob]")) {
    if (!document.getElementById(part.id)) part.remove();
  }
  const target = document.getElementById(template.content.firstElementChild?.id ?? "");
  const typed = typedIn(target);
  // Without a target the claim is in another part of the list, and only the rest of the answer has its place.
  const spec = { swapStyle: target ? "outerHTML" : "none", swapDelay: 0, settleDelay: 0 };
  keepSelected(() => window.htmx.swap(target ?? document.body, template.innerHTML, spec));
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
};

/** Say on the card, as well as in the status region, that a step was refused and is gone. */
export const showRefusal = (claimId, { headers, body }) => {
  const isPlain = headers.get("Content-Type")?.startsWith("text/plain");
  const reason = isPlain ? body : "the server does not know this claim or speaker any more, or you may not do this.";
  const message = reason.startsWith("Not saved") ? reason : `Not saved: ${reason}`;
  const notice = document.createElement("p");
  notice.className = "notice notice-error refusal";
  notice.textContent = message;
  cardOf(claimId)?.querySelector(".refusal")?.remove();
  cardOf(claimId)?.querySelector(".quoted").after(notice);
  document.dispatchEvent(new CustomEvent("announced", { detail: { message, isError: true } }));
};

/* ---- A step that came too late: the card shows what was wanted and what is stored, to take either ---- */
/** Put the card of a deleted claim back where the list holds it no more. True where the answer brings such a card. */
export const placeGone = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  const card = template.content.querySelector(".is-gone");
  if (card && !cardOf(card.dataset.claim)) document.getElementById("claim-list").prepend(card);
  return card !== null;
};

/** Show the card's controls again, or take the card of a deleted claim away. Null or the card. */
export const closeConflict = (claimId) => {
  const card = cardOf(claimId);
  if (card?.dataset.state === "gone") {
    card.remove();
    return null;
  }
  card?.querySelector(".conflict")?.remove();
  const controls = card?.querySelector(".claim-controls");
  if (controls) controls.hidden = false;
  return card;
};

/* ---- The claims that are offered along with a corrected one: taken or left, the offer goes ---- */
const closeOffer = (offer) => {
  if (offer.contains(document.activeElement)) document.querySelector(".claim-card.is-current")?.focus({ preventScroll: true });
  offer.replaceChildren();
};
document.addEventListener("submit", (event) => {
  const offer = event.target.closest("#chain-offer");
  if (offer) closeOffer(offer);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#leave-chain")) closeOffer(event.target.closest("#chain-offer"));
});
