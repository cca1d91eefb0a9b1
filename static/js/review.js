/* The review page at the keyboard. Each key presses a button or sends a form that is on the page anyway. */

import { watchOutbox } from "./outbox.js";
import { selectedSpan } from "./selection.js";

const article = document.getElementById("article-text");
const byId = (id) => document.getElementById(id);
const list = () => byId("claim-list");
const cards = () => [...document.querySelectorAll(".claim-card")];
const current = () => document.querySelector(".claim-card.is-current");

document.documentElement.classList.add("has-script");
if (byId("send-again")) watchOutbox(byId("saved"), byId("send-again"));

/* ---- The claim in hand ---- */
const isInView = (element) => {
  const box = element.getBoundingClientRect();
  const column = element.closest(".article-column").getBoundingClientRect();
  const top = Math.max(column.top, 0) + 60;
  const bottom = Math.min(column.bottom, window.innerHeight) - 20;
  return box.top >= top && box.bottom <= bottom;
};

const showMarks = (claimId) => {
  for (const mark of article.querySelectorAll("mark.is-current")) mark.classList.remove("is-current");
  const marks = [...article.querySelectorAll(`mark[data-claims~="${claimId}"]`)];
  for (const mark of marks) mark.classList.add("is-current");
  const first = marks.find((mark) => mark.classList.contains("mark-content")) ?? marks[0];
  if (first && !isInView(first)) first.scrollIntoView({ block: "center" });
  return marks.length > 0;
};

/** Show the claim's marks, fetching its part of a long text where the page holds another. */
const findMarks = async (claimId) => {
  if (showMarks(claimId) || !article.dataset.parts) return;
  const part = `${article.dataset.parts}?claim=${claimId}`;
  await window.htmx.ajax("GET", part, { target: "#article-text", swap: "innerHTML" });
  showMarks(claimId);
};

const take = (card, { focus = true } = {}) => {
  if (!card) return;
  for (const other of document.querySelectorAll(".claim-card.is-current")) other.classList.remove("is-current");
  card.classList.add("is-current");
  list().dataset.current = card.dataset.claim;
  if (focus && !card.contains(document.activeElement)) card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  findMarks(card.dataset.claim);
  const url = new URL(window.location.href);
  url.searchParams.set("claim", card.dataset.claim);
  window.history.replaceState(window.history.state, "", url);
};

/** Take the claim in hand, fetching its cards where the page holds others. */
const takeClaim = (claimId) => {
  const card = byId(`claim-card-${claimId}`);
  if (card) {
    take(card);
    return;
  }
  window.htmx.ajax("GET", `${window.location.pathname}?claim=${claimId}`, { target: "#claim-list", swap: "outerHTML" });
};

const step = (by) => {
  const all = cards();
  const next = all[all.indexOf(current()) + by];
  if (next) take(next);
  else byId(by > 0 ? "later-claims" : "earlier-claims")?.click();
};

const nextSuggested = () => {
  const all = cards();
  const here = all.indexOf(current());
  const isOpen = (card) => card.dataset.state === "suggested";
  const later = all.slice(here + 1).find(isOpen);
  if (later) take(later);
  else if (list().dataset.undecidedElsewhere) takeClaim(list().dataset.undecidedElsewhere);
  else take(all.find(isOpen));
};

document.addEventListener("focus-on", (event) => {
  const claimId = event.detail.id.match(/^claim-card-(\d+)$/)?.[1];
  if (claimId) takeClaim(claimId);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "claim-list" && !event.detail.elt.closest?.("#claim-list")) return;
  // A card that was swapped is a new element; what was in hand stays in hand.
  const card = byId(`claim-card-${list().dataset.current}`);
  if (!card) return;
  if (event.target === list()) {
    // Whoever chooses an order may want to choose again, so the focus stays with the choice.
    take(card, { focus: !document.activeElement?.closest("#claim-order") });
  } else if (card !== current()) {
    take(card, { focus: event.detail.target.id === "claim-list" });
  } else {
    showMarks(card.dataset.claim);
  }
});
document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".claim-card");
  if (card && card !== current()) take(card, { focus: false });
});
document.addEventListener("click", (event) => {
  const card = event.target.closest(".claim-card");
  if (card && card !== current()) take(card, { focus: !event.target.closest("button, input, textarea, summary") });
  const mark = event.target.closest("#article-text mark");
  if (mark && window.getSelection().isCollapsed) takeClaim(mark.dataset.claims.split(" ")[0]);
});

/* ---- What the selected words are ---- */
let selected = null;
document.addEventListener("selectionchange", () => {
  const span = selectedSpan(article);
  // A click on one of the tools may clear the selection before it is read, so the last one is kept until
  // another place of the page gets the focus.
  if (span || !document.activeElement?.closest("#selection-tools")) selected = span;
  for (const button of document.querySelectorAll("[data-selection]")) button.disabled = !selected;
});

const say = (message) => document.dispatchEvent(new CustomEvent("announced", { detail: { message } }));

const useSelection = (purpose) => {
  // A key may come before the browser has told of the selection it made.
  selected = selectedSpan(article) ?? selected;
  if (!selected) {
    say("Select words in the text first.");
    return;
  }
  const form = purpose === "claim" ? byId("new-claim") : current()?.querySelector(".spans-form");
  if (!form) return;
  form.elements.spans.value = `${selected.start}-${selected.end}`;
  if (purpose === "claim") {
    form.elements.key.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  } else {
    form.elements.role.value = purpose === "piece" ? "content" : purpose;
    form.elements.piece.value = purpose === "piece" ? "1" : "";
  }
  window.getSelection().removeAllRanges();
  selected = null;
  form.requestSubmit();
};
byId("selection-tools")?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-selection]");
  if (button) useSelection(button.dataset.selection);
});

/* ---- The speaker box ---- */
let chooseWhenLoaded = null;
const optionsOf = (input) => input.form.querySelector(".speaker-options");
const isFresh = (input) => optionsOf(input).dataset.typed === input.value.trim();
const chooseFirst = (input) => optionsOf(input).querySelector("button")?.click();

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".speaker-box");
  if (!form) return;
  const input = form.querySelector("input[name=name]");
  const buttons = [...form.querySelectorAll(".speaker-options button")];
  const at = buttons.indexOf(event.target);
  if (event.key === "Escape") {
    form.closest(".claim-card").focus();
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    if (!input.value.trim()) return;
    // Enter before the list has come must not make a new speaker of half a name.
    if (isFresh(input)) chooseFirst(input);
    else chooseWhenLoaded = input;
  } else if (event.key === "ArrowDown" && at + 1 < buttons.length) {
    event.preventDefault();
    buttons[at + 1].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (buttons[at - 1] ?? input).focus();
  }
});
document.addEventListener("htmx:afterSwap", () => {
  if (chooseWhenLoaded?.isConnected && isFresh(chooseWhenLoaded)) {
    const input = chooseWhenLoaded;
    chooseWhenLoaded = null;
    chooseFirst(input);
  }
});

/* ---- Keys ---- */
const PAGE_KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: nextSuggested,
  s: () => current()?.querySelector(".speaker-box input[name=name]")?.focus(),
  c: () => useSelection("claim"),
  e: () => useSelection("content"),
  E: () => useSelection("piece"),
  q: () => useSelection("cue"),
  w: () => useSelection("source"),
  z: () => byId("undo")?.click(),
  Z: () => byId("redo")?.click(),
  "]": () => byId("next-article")?.click(),
  "?": () => byId("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const button = current()?.querySelector(`.decide [data-key="${CSS.escape(event.key)}"]`);
  const act = PAGE_KEYS[event.key] ?? (button && (() => button.click()));
  if (!act) return;
  event.preventDefault();
  act();
});
byId("show-keys").addEventListener("click", () => byId("keys").showModal());

take(current() ?? cards()[0], { focus: window.location.hash === "" });
