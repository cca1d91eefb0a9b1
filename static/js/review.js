/* The review page at the keyboard. Each key presses a button or sends a form that is on the page anyway. */

import { openOutbox } from "./outbox.js";

// What nobody needs at once is fetched when the page has stood idle, so that it comes with few requests and has
// everything when the network goes. What did not come is tried again with each step and each use.
const SOON = 2_000; // milliseconds after the page has loaded
const LOOKS = 4; // frames in which what was skipped so far gets its size
const LEAST_SHOWN = 120; // pixels of a card: its head, and what was said
const hasLoaded = new Promise((done) => {
  if (document.readyState === "complete") done();
  else window.addEventListener("load", done, { once: true });
});
/** A fetch that is made once, and anew after a failure; who asks meanwhile waits in line for the same one. */
const once = (load) => {
  let coming = null;
  return () => {
    coming ??= load().catch((error) => {
      coming = null;
      throw error;
    });
    return coming;
  };
};
/** Fetch htmx, which no key needs at once. Between the parsed and the loaded page it would miss its beginning. */
const htmx = once(() => hasLoaded.then(() => new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = document.querySelector("script[data-htmx]").dataset.htmx;
  script.addEventListener("load", () => resolve(window.htmx));
  script.addEventListener("error", reject);
  document.head.append(script);
})));
const withHtmx = async (script) => (await Promise.all([script, htmx()]))[0];
// Browsers answer two imports of one script in any order; answers to steps go on the page in theirs.
const answers = once(() => withHtmx(import("./answers.js")));
let boxScript = null; // the speaker box's, once it has come
const speakerBox = async () => (boxScript ??= await withHtmx(import("./speaker_box.js")));
const furtherCards = () => withHtmx(import("./further_cards.js"));
const nextArticle = () => withHtmx(import("./next_article.js"));
let selection = null; // its script, once it has come
const selecting = async () => (selection ??= await import("./selection.js"));
const caret = () => import("./caret.js");
let same = null;
let effort = null;
let looksAround = false; // whether further cards are brought before somebody gets there
const fetchTheRest = async () => {
  looksAround = true;
  lookAround();
  if (!outbox) return;
  for (const script of [answers, speakerBox, selecting, caret]) script().catch(() => null);
  same ??= await import("./same_speaker.js").catch(() => null);
  if (current()) same?.bringUpToDate(current(), outbox.pending());
  if (byId("saved")?.hasAttribute("data-counts-effort")) effort ??= await import("./effort.js").catch(() => null);
};

/** Bring a script that somebody needs now; null, once they are told, where it can't be had. */
const bring = async (script) => {
  try {
    return await script();
  } catch {
    say("A part of this page can't be fetched: check the connection, then try again or reload. No step is lost.", { isError: true });
    return null;
  }
};

const byId = (id) => document.getElementById(id);
const article = () => byId("article-text");
const list = () => byId("claim-list");
const cards = () => [...document.querySelectorAll(".claim-card")];
const cardOf = (claimId) => byId(`claim-card-${claimId}`);
const current = () => document.querySelector(".claim-card.is-current");
const say = (message, { isError = false } = {}) => {
  document.dispatchEvent(new CustomEvent("announced", { detail: { message, isError } }));
};

/* ---- The claim in hand ---- */
let inHand = list().dataset.current;
let handBefore = null; // the one in hand before a click in the text took another
let held = null; // keys pressed while what they are meant for is on its way
let holds = 0; // how many things are on their way

const isInView = (element) => {
  const box = element.getBoundingClientRect();
  const column = element.closest(".article-column").getBoundingClientRect();
  const top = Math.max(column.top, 0) + 60;
  const bottom = Math.min(column.bottom, window.innerHeight) - 20;
  return box.top >= top && box.bottom <= bottom;
};

/** Scroll to the mark where it is out of view, and look again: what comes near is laid out with the next frames. */
const bringIntoView = (mark, looks = LOOKS) => {
  // An answer may have brought the paragraph anew in the meantime.
  if (!mark.isConnected || !mark.classList.contains("is-current")) return;
  if (!isInView(mark)) mark.scrollIntoView({ block: "center" });
  if (looks) window.requestAnimationFrame(() => bringIntoView(mark, looks - 1));
};

/** Mark where the claim stands, all over in its speaker's colour, also where others lie over it. */
const showMarks = (claimId, { scroll = true } = {}) => {
  const colour = cardOf(claimId)?.className.match(/\bspeaker-\d\b/)?.[0];
  for (const mark of article().querySelectorAll("mark.is-current")) mark.classList.remove("is-current");
  const marks = [...article().querySelectorAll(`mark[data-claims~="${claimId}"]`)];
  for (const mark of marks) {
    mark.classList.add("is-current");
    // On the marks, not on the text: there the style of every word would have to be worked out anew.
    mark.style.setProperty("--in-hand", colour ? `var(--${colour})` : "");
  }
  const first = marks.find((mark) => mark.classList.contains("mark-content")) ?? marks[0];
  if (scroll && first) bringIntoView(first);
  return marks.length > 0;
};

/** Show the claim's marks, fetching its part of a long text where the page holds another. */
const findMarks = async (claimId) => {
  if (showMarks(claimId) || !article().dataset.parts) return;
  const part = `${article().dataset.parts}?claim=${claimId}`;
  await (await bring(htmx))?.ajax("GET", part, { target: "#article-text", swap: "innerHTML" });
  showMarks(claimId);
};

/** Have further cards and controls there before somebody gets to them. */
const lookAround = async () => (await furtherCards().catch(() => null))?.lookAround(current());

/** Bring a card into view, its head where it is higher than the room that there is. */
const showCard = (card) => {
  const room = Math.min(card.closest(".claims-column").clientHeight, window.innerHeight);
  const isHigh = card.offsetHeight > room - parseFloat(window.getComputedStyle(card).scrollMarginTop);
  card.scrollIntoView({ block: isHigh ? "start" : "nearest" });
};

const take = (card, { focus = true } = {}) => {
  if (!card) return;
  for (const other of document.querySelectorAll(".claim-card.is-current")) {
    if (other !== card) other.classList.remove("is-current");
  }
  card.classList.add("is-current");
  inHand = card.dataset.claim;
  if (focus && !card.contains(document.activeElement)) card.focus({ preventScroll: true });
  same?.bringUpToDate(card, outbox.pending());
  // The marks first: the cards stand beside them, and move along with the page.
  findMarks(inHand);
  showCard(card);
  // Cards that come into view get their true height only when they are drawn, and push this one away.
  window.requestAnimationFrame(() => window.requestAnimationFrame(() => {
    if (card === current()) showCard(card);
  }));
  const url = new URL(window.location.href);
  url.searchParams.set("claim", inHand);
  window.history.replaceState(window.history.state, "", url);
  if (looksAround) lookAround();
  if (card.hasAttribute("data-bare")) hold(bringCards((script) => script.fill()));
};

/** Hold the keys pressed until what they are meant for has come; where it does not come, they mean nothing. */
const hold = async (coming) => {
  held ??= [];
  holds += 1;
  const hasCome = await coming.catch(() => false);
  holds -= 1;
  if (!hasCome) held?.splice(0);
  if (holds || !held) return;
  const keys = held;
  held = null;
  // A key may ask for something that has to come again, which those behind it are meant for.
  for (const event of keys) {
    if (held) held.push(event);
    else pressKey(event);
  }
};

/** Wait for further cards or controls that somebody needs now; false, once they are told, where none come. */
const bringCards = (work) => bring(async () => {
  await work(await furtherCards());
  return true;
});

/** Take the claim in hand, fetching its cards where the page holds others. */
const takeClaim = (claimId) => {
  if (cardOf(claimId)) {
    take(cardOf(claimId));
    return;
  }
  // Whoever goes on is no longer in the field of a card that is about to go.
  list().focus({ preventScroll: true });
  hold(fetchClaim(claimId));
};

const fetchClaim = async (claimId) => {
  // It may be among the cards that are on their way.
  await furtherCards().then((script) => script.settled(), () => null);
  const address = `${window.location.pathname}?claim=${claimId}`;
  if (cardOf(claimId)) take(cardOf(claimId));
  else await (await htmx()).ajax("GET", address, { target: "#claim-list", swap: "outerHTML settle:0ms" });
  return cardOf(claimId);
};

/** Scroll back what an act scrolled, where its card still begins in view: a second click means the same word. */
const keepInPlace = (mark, act) => {
  const top = mark.getBoundingClientRect().top;
  const scrollBack = () => {
    const by = mark.isConnected ? mark.getBoundingClientRect().top - top : 0;
    if (current().getBoundingClientRect().top - by < window.innerHeight - LEAST_SHOWN) window.scrollBy(0, by);
  };
  act();
  scrollBack();
  // The card is brought into view once more when it has its true height.
  window.requestAnimationFrame(() => window.requestAnimationFrame(scrollBack));
};

const goBy = (by) => {
  const all = cards();
  const next = all[all.indexOf(current()) + by];
  const further = byId(by > 0 ? "later-claims" : "earlier-claims");
  if (next) take(next);
  else if (further?.dataset.cards) {
    hold(bringCards((script) => script.join(by)).then((hasCome) => {
      if (hasCome) goBy(by);
      return hasCome;
    }));
  } else further?.click();
};

const isUndecided = (card) => card.dataset.state === "suggested" && !card.hasAttribute("data-decides");

/** The first undecided claim behind the cards that are here, else the first one before them. */
const undecidedElsewhere = () => ["later-claims", "earlier-claims"].map((id) => byId(id)?.dataset.undecided).find(Boolean);

const isFinished = () => cards().length > 0 && !cards().some(isUndecided) && !undecidedElsewhere();

/** Offer the next article, once nothing is left to decide in this one. */
const finish = () => {
  showPending();
  if (isFinished()) byId("go-on").focus();
};

/** Go on to the next claim that nobody has decided, else to one that waits for an answer to a conflict. */
const goOn = () => {
  const all = cards();
  const here = all.indexOf(current());
  const later = all.slice(here + 1).find(isUndecided);
  if (later) take(later);
  else if (undecidedElsewhere()) takeClaim(undecidedElsewhere());
  else if (all.some(isUndecided)) take(all.find(isUndecided));
  else {
    const asked = outbox?.pending().find((step) => step.state === "conflict");
    if (asked) takeClaim(asked.claim);
    else finish();
  }
};

document.addEventListener("focus-on", (event) => {
  const claimId = event.detail.id.match(/^claim-card-(\d+)$/)?.[1];
  if (claimId) takeClaim(claimId);
});
// The order of the cards: sent before htmx has come it would load the page anew.
document.addEventListener("submit", async (event) => {
  if (!event.target.closest("#claim-order") || window.htmx) return;
  event.preventDefault();
  // Pressed again, since htmx itself looks which button was.
  if (await bring(htmx)) event.submitter.click();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== list()) return;
  showPending();
  // Whoever chooses an order may want to choose again, so the focus stays with the choice.
  take(cardOf(list().dataset.current), { focus: !document.activeElement?.closest("#claim-order") });
});
document.addEventListener("cards-came", () => {
  showPending();
  if (current()) same?.bringUpToDate(current(), outbox.pending());
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".more[data-cards], [data-take]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.hasAttribute("data-take")) take(link.closest(".claim-card"));
  else bringCards((script) => script.join(link.id === "later-claims" ? 1 : -1));
});
// While a button of the mouse is down nothing may move under it: the click would miss what was pressed.
let isPressed = false;
const takeFocused = () => {
  const card = document.activeElement?.closest(".claim-card");
  if (card && card !== current() && !isPressed) take(card, { focus: false });
};
document.addEventListener("focusin", takeFocused);
document.addEventListener("mousedown", (event) => {
  isPressed = event.button === 0;
});
for (const released of ["mouseup", "dragend"]) {
  document.addEventListener(released, () => {
    isPressed = false;
    // The click that comes now takes its card itself.
    window.setTimeout(takeFocused);
  });
}
document.addEventListener("click", (event) => {
  const card = event.target.closest(".claim-card");
  if (card && card !== current()) take(card, { focus: !event.target.closest("button, input, textarea, summary") });
  if (event.detail === 1) handBefore = null;
  const mark = event.target.closest("#article-text mark");
  if (mark && window.getSelection().isCollapsed) {
    handBefore = inHand;
    // The innermost first; each further click takes the next of those that lie over each other here.
    const claimIds = mark.dataset.claims.split(" ");
    keepInPlace(mark, () => takeClaim(claimIds[(claimIds.indexOf(inHand) + 1) % claimIds.length]));
  }
});
// Whoever clicks twice selects a word for the claim in hand, whatever claim the first click was in.
document.addEventListener("dblclick", () => {
  if (handBefore && handBefore !== inHand) takeClaim(handBefore);
  handBefore = null;
});

/* ---- Steps: every form with data-step goes through the outbox ---- */
/** The claims that a step is about: its own, and those that it names by "id-version". */
const claimsOf = ({ claim, fields }) => [
  claim,
  ...fields.filter(([name]) => name === "claim").map(([, value]) => value.split("-")[0]),
];

const UNSAVED = "Not saved yet: the server can't be reached, or can't do it now. What you do is kept here and sent again by itself.";
const LOGGED_OUT = "Not saved yet: your log-in has ended. What you did is kept here and sent once you have logged in again.";
const unseen = new Set(); // steps whose answer has come, and is not on the page yet

const showPending = () => {
  const pending = outbox?.pending() ?? [];
  const underWay = [...pending.filter((step) => step.state === "waiting"), ...unseen];
  for (const card of cards()) {
    const steps = underWay.filter((step) => claimsOf(step).includes(card.dataset.claim));
    card.classList.toggle("is-saving", steps.length > 0);
    card.toggleAttribute("data-decides", steps.some((step) => step.goesOn));
  }
  // A card that came anew shows nothing of a conflict: the server is asked for both states again.
  for (const step of pending.filter((one) => one.state === "conflict" && !unseen.has(one))) {
    const card = cardOf(step.claim);
    if (card ? !card.querySelector(".conflict") : step.isGone) outbox.sendAgain(step.claim);
  }
  byId("finished").hidden = !isFinished();
};

let wasUnsaved = false;
const showSummary = ({ waiting, conflicts, isFailing, isLoggedOut } = outbox.summary()) => {
  const saved = byId("saved");
  const isUnsaved = waiting > 0 && (isFailing || isLoggedOut);
  // Not as an error, which would stay and cover controls: the head of the page says it for as long as it is so.
  if (isUnsaved && !wasUnsaved) say(isLoggedOut ? LOGGED_OUT : UNSAVED);
  wasUnsaved = isUnsaved;
  const parts = [];
  if (waiting && isLoggedOut) parts.push(`Log in again; ${waiting} ${waiting === 1 ? "step is" : "steps are"} kept`);
  else if (isUnsaved) parts.push(`Not saved (${waiting})`);
  else if (waiting) parts.push("Saving …");
  if (conflicts) parts.push(`${conflicts} ${conflicts === 1 ? "conflict" : "conflicts"}`);
  saved.textContent = parts.join(" · ") || "All saved";
  saved.classList.toggle("is-saving", waiting > 0 && !isUnsaved);
  saved.classList.toggle("is-unsaved", isUnsaved || conflicts > 0);
  byId("send-again").hidden = !isUnsaved;
  showPending();
};

const onAnswer = async (step, answer) => {
  if (step.article !== byId("saved").dataset.article) return;
  unseen.add(step);
  const page = await bring(answers);
  if (page && answer.outcome === "refused") page.showRefusal(step.claim, answer);
  else if (page) {
    page.swapAnswer(answer.body);
    if (answer.outcome === "conflict") step.isGone = page.placeGone(answer.body);
    if (claimsOf(step).includes(inHand)) cardOf(inHand)?.classList.add("is-current");
    // The card in hand may have been swapped with the focus in it.
    if (document.activeElement === document.body) (cardOf(inHand) ?? list()).focus({ preventScroll: true });
    showMarks(inHand, { scroll: false });
    const triggers = JSON.parse(answer.headers.get("HX-Trigger-After-Settle") ?? "{}");
    for (const [name, detail] of Object.entries(triggers)) document.dispatchEvent(new CustomEvent(name, { detail }));
  }
  unseen.delete(step);
  showPending();
  if (!page) return;
  const { claim, path } = step;
  document.dispatchEvent(new CustomEvent("step-saved", { detail: { claim, path, status: answer.status } }));
};

const outbox = byId("saved") && openOutbox({
  person: byId("saved").dataset.person,
  articleInHand: () => byId("saved").dataset.article,
  effort: () => effort?.sinceTheLastStep() ?? "",
  answered: onAnswer,
  changed: showSummary,
  warn: (sentence) => say(sentence, { isError: true }),
});

const stepOf = (form, button) => {
  const { claim = null, about } = form.dataset;
  const goesOn = (button ?? form).closest("[data-goes-on]") !== null;
  const path = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action).pathname;
  const step = { claim, path, fields: [...new FormData(form, button)], goesOn, undoes: form.hasAttribute("data-undoes") };
  const taken = form.dataset.answers;
  if (taken) bring(answers).then((page) => page?.closeConflict(claim ?? about));
  if (taken === "mine") return outbox.sendAgain(claim, Number(form.elements.version.value)) ?? outbox.take(step);
  if (taken === "anew") outbox.keepTheirs(about);
  return outbox.take(step);
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-step]");
  if (!form || !outbox) return;
  event.preventDefault();
  fetchTheRest();
  const step = stepOf(form, event.submitter);
  if (!step) return;
  if (step.goesOn && claimsOf(step).includes(inHand)) goOn();
  document.dispatchEvent(new CustomEvent("step-taken", { detail: { claim: step.claim, path: step.path, goesOn: step.goesOn } }));
});
document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-keep-theirs]")) return;
  const card = event.target.closest(".claim-card");
  const neighbour = card.nextElementSibling ?? card.previousElementSibling;
  outbox.keepTheirs(card.dataset.claim);
  const page = await bring(answers);
  if (page) say("Theirs is kept.");
  take(page?.closeConflict(card.dataset.claim) ?? neighbour);
  goOn();
});
// The second click of a double click meant the same button, which may have moved away under it.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("form[data-step] button, .region-button")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#send-again")) outbox.sendNow();
});

/* ---- What the selected words are, and the caret; their scripts are fetched on first use ---- */
document.addEventListener("selectionchange", () => selecting().catch(() => null), { once: true });

// Whether Alt was held at the end of the selection; the button may be let go beside the text.
let isSelectedRaw = false;
document.addEventListener("pointerup", (event) => {
  if (!event.target.closest?.("#selection-tools")) isSelectedRaw = event.altKey;
});

const useSelection = (purpose, { altKey: withAlt = false } = {}) => {
  const card = current();
  const isRaw = withAlt || isSelectedRaw;
  isSelectedRaw = false;
  const takeIt = (script) => {
    if (script?.takeSelection(purpose, { card, isRaw }) === false) {
      say("Select words in the text first, with the mouse or with v.");
    }
    return script;
  };
  // At once where that can be, since the next key may come with another selection.
  if (selection) takeIt(selection);
  else hold(bring(selecting).then(takeIt));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("#selection-tools [data-selection]");
  if (button) useSelection(button.dataset.selection, event);
});
const SELECTION_CODES = { KeyC: "claim", KeyE: "content", KeyQ: "cue", KeyW: "source" };
document.addEventListener("click", async (event) => {
  if (!event.target.closest("#open-caret") || held) return;
  const claim = current()?.dataset.claim;
  held = [];
  const script = await bring(caret);
  script?.openCaret(claim, held);
  held = null;
});

/* ---- The speaker box ---- */
document.addEventListener("focusin", (event) => {
  const form = event.target.closest(".speaker-box");
  if (form && !boxScript) speakerBox().then((script) => script.catchUp(form), () => null);
});
document.addEventListener("keydown", async (event) => {
  const form = event.target.closest?.(".speaker-box");
  if (!form || held) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isEnter = event.key === "Enter" && event.target.matches("input");
  if (event.key === "Escape") form.closest(".claim-card").focus();
  if (by || isEnter) event.preventDefault();
  if (isEnter) hold(bring(speakerBox).then((script) => script?.choose(form)));
  if (by) (await bring(speakerBox))?.moveInOptions(form, by);
});

/* ---- Keys ---- */
const PAGE_KEYS = {
  j: () => goBy(1),
  k: () => goBy(-1),
  n: goOn,
  b: () => byId("take-chain")?.click(),
  Escape: () => byId("leave-chain")?.click(),
  s: () => current()?.querySelector(".speaker-box input[name=name]")?.focus(),
  c: () => useSelection("claim"),
  e: () => useSelection("content"),
  E: () => useSelection("piece"),
  q: () => useSelection("cue"),
  w: () => useSelection("source"),
  "-": () => useSelection("cut"),
  "+": () => useSelection("join"),
  v: () => byId("open-caret")?.click(),
  z: () => byId("undo")?.click(),
  Z: () => byId("redo")?.click(),
  "]": () => follow(byId("next-article")),
  "[": () => follow(byId("previous-article")),
  "?": () => byId("keys").showModal(),
};

const TYPING = "input:not([type=checkbox]), textarea, select, dialog[open]";

const pressKey = (event) => {
  if (event.altKey) {
    // With Alt a keyboard may write another letter, so the place of the key counts.
    const purpose = SELECTION_CODES[event.code];
    if (purpose) event.preventDefault();
    if (purpose) useSelection(purpose === "content" && event.shiftKey ? "piece" : purpose, event);
    return;
  }
  const place = current()?.querySelector(".conflict") ?? current();
  const button = place?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = PAGE_KEYS[event.key] ?? (button && (() => button.click()));
  if (!act) return;
  event.preventDefault();
  // A key held down walks through the claims; it decides about one alone.
  if (!event.repeat || "jk".includes(event.key)) act();
};
// Hands that know Ctrl and Z from everywhere undo with it here too; in a text field it is the field's own.
const UNDOING = { z: "undo", Z: "redo", y: "redo" };
const pressUndoing = (event) => {
  const button = byId(UNDOING[event.key] ?? "");
  if (!button || held || event.altKey || event.target.closest?.(TYPING)) return;
  event.preventDefault();
  if (!event.repeat) button.click();
};
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey) pressUndoing(event);
  else if (held) {
    event.preventDefault();
    // Escape ends the wait for names; any other key is meant for what comes after it.
    if (event.key === "Escape") document.dispatchEvent(new CustomEvent("wait-ended"));
    else held.push(event);
  } else if (!event.target.closest?.(TYPING)) pressKey(event);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#show-keys")) byId("keys").showModal();
});

/* ---- From article to article ---- */
const follow = async (link) => {
  if (link) (await bring(nextArticle))?.follow(link);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("#next-article, #previous-article, #go-on");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  follow(link);
});
document.addEventListener("step-taken", () => nextArticle().then((script) => script.lookAhead(), () => null));
document.addEventListener("article-shown", () => {
  if (outbox) showSummary();
  begin();
});

/** Start with the article that the page shows. */
const begin = ({ focus = true } = {}) => {
  inHand = list().dataset.current;
  showPending();
  take(current() ?? cards()[0], { focus });
  if (focus && !current()) list().focus();
};
begin({ focus: window.location.hash === "" });

// A page that the browser kept while another was shown knows nothing of what happened meanwhile.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
const whenIdle = window.requestIdleCallback ?? ((work) => work());
hasLoaded.then(() => {
  whenIdle(() => htmx().catch(() => null));
  window.setTimeout(() => whenIdle(fetchTheRest), SOON);
});
