/* Cards and controls that the page does not hold yet, brought before somebody gets to them. */

import { typedIn } from "./answers.js";

const NEAR = 8; // claims to the edge of the cards, or to one without controls, from which on more are brought
const NEAR_BEFORE = 3; // the same on the way back, which few go
const MOST = 60; // cards that the page holds; those farthest behind make room for further ones

const LINKS = {
  later: { id: "later-claims", label: "Next claims", parameter: "from" },
  earlier: { id: "earlier-claims", label: "Previous claims", parameter: "until" },
};

const list = () => document.getElementById("claim-list");
const cards = () => [...document.querySelectorAll(".claim-card")];
const isBare = (card) => card.hasAttribute("data-bare");
const isUndecided = (card) => card.dataset.state === "suggested" && !card.hasAttribute("data-decides");

/** Fetch a part of the page. Throws where something else comes, such as the page to log in. */
const fetchPart = async (address) => {
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return response.text();
};

/** Where more cards would be asked for: the link at that end of the list, null where there is none to join. */
export const linkTo = (by) => document.querySelector(`#${(by > 0 ? LINKS.later : LINKS.earlier).id}[data-cards]`);

/* ---- Controls for the cards that came without ---- */
let filling = null;

const fillAll = async () => {
  const place = list();
  const bare = cards().filter(isBare).map((card) => card.dataset.claim);
  if (!bare.length) return;
  const template = document.createElement("template");
  template.innerHTML = await fetchPart(`${place.dataset.cards}?claims=${bare}`);
  // A list that came meanwhile is newer than these cards.
  if (place !== list()) return;
  for (const card of template.content.querySelectorAll(".claim-card")) {
    const here = document.getElementById(card.id);
    if (!here || !isBare(here)) continue;
    const hadFocus = here.contains(document.activeElement);
    card.classList.toggle("is-current", here.classList.contains("is-current"));
    here.replaceWith(card);
    window.htmx.process(card);
    if (hadFocus) card.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("cards-came"));
};

/** Give all cards their controls. */
export const fill = () => {
  filling ??= fillAll().finally(() => {
    filling = null;
  });
  return filling;
};

/* ---- Further cards ---- */
const joining = new Map(); // link -> what ends when its cards have come

/** Take away the cards that are farthest behind, and leave a link to them. */
const makeRoom = (by) => {
  const all = cards();
  const gone = by > 0 ? all.slice(0, Math.max(all.length - MOST, 0)) : all.slice(MOST);
  const isInUse = (card) => card.matches(".is-current, :focus-within") || card.querySelector(".conflict") || typedIn(card).length;
  if (!gone.length || gone.some(isInUse)) return;
  const { id, label, parameter } = by > 0 ? LINKS.earlier : LINKS.later;
  const claim = gone.at(by > 0 ? -1 : 0).dataset.claim;
  const link = document.createElement("a");
  Object.assign(link, { id, className: "button button-small more", href: `?claim=${claim}`, textContent: label });
  const before = document.getElementById(id);
  const undecided = [before?.dataset.undecided, gone.find(isUndecided)?.dataset.claim];
  link.dataset.undecided = (by > 0 ? undecided : undecided.reverse()).find(Boolean) ?? "";
  link.dataset.cards = `${list().dataset.cards}?${parameter}=${claim}`;
  before?.remove();
  gone[0].before(link);
  for (const card of gone) card.remove();
};

// Whoever scrolls to the end of the cards goes on too.
const watcher = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting && entry.target.isConnected)) join(1)?.catch(() => null);
});
const watchTheEnd = () => {
  watcher.disconnect();
  if (linkTo(1)) watcher.observe(linkTo(1));
};

const joinAll = async (link, by) => {
  const html = await fetchPart(link.dataset.cards);
  if (!link.isConnected) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  const came = [...template.content.children];
  link.replaceWith(...came);
  for (const element of came) window.htmx.process(element);
  makeRoom(by);
  watchTheEnd();
  document.dispatchEvent(new CustomEvent("cards-came"));
};

/** Put further cards behind (1) or before (-1) those that are here. */
export const join = (by) => {
  const link = linkTo(by);
  if (link && !joining.has(link)) joining.set(link, joinAll(link, by).finally(() => joining.delete(link)));
  return joining.get(link);
};

/** Wait for what is on its way. */
export const settled = () => Promise.allSettled([filling, ...joining.values()]);

/** Bring what somebody who goes on from the card will need. What does not come is asked for again at the next. */
export const lookAround = (card) => {
  watchTheEnd();
  const all = cards();
  const at = all.indexOf(card);
  const isAwaited = all.slice(Math.max(at - NEAR_BEFORE, 0), at + NEAR).some(isBare);
  const coming = [
    isAwaited && fill(),
    all.length - at <= NEAR && join(1),
    at < NEAR_BEFORE && join(-1),
  ];
  for (const one of coming) if (one) one.catch(() => null);
};
