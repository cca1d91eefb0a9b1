/* The speaker box: the article's own speakers at each letter, the desk's others as the server finds them. */

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (name) => plain(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** How well what is typed fits the name: 0 its beginning, 1 that of a word, 2 its initials; null not at all. */
const fit = (name, typed) => {
  const words = wordsOf(name);
  if (plain(name).startsWith(typed)) return 0;
  if (words.some((_, at) => words.slice(at).join(" ").startsWith(typed))) return 1;
  return words.map((word) => word[0]).join("").startsWith(typed) ? 2 : null;
};

const inputOf = (form) => form.querySelector("input[name=name]");
const optionsOf = (form) => form.querySelector(".speaker-options");

/** The article's speakers that fit, best first; among equals those that the claim's chips name first. */
const ownSpeakers = (form) => {
  const typed = plain(inputOf(form).value.trim());
  if (!typed) return [];
  const chips = [...form.closest(".claim-card").querySelectorAll(".speaker-chip")].map((chip) => chip.value);
  const rank = (entry) => (chips.includes(entry.dataset.speaker) ? chips.indexOf(entry.dataset.speaker) : chips.length);
  return [...document.querySelectorAll("#board [data-speaker]")]
    .map((entry) => ({ entry, name: entry.dataset.name, fits: fit(entry.dataset.name, typed) }))
    .filter(({ fits }) => fits !== null)
    .sort((one, other) => one.fits - other.fits || rank(one.entry) - rank(other.entry))
    .slice(0, 8);
};

const optionFor = ({ entry, name }) => {
  const button = document.createElement("button");
  Object.assign(button, { name: "speaker", value: entry.dataset.speaker, textContent: name });
  const item = document.createElement("li");
  item.dataset.own = "";
  item.append(button);
  return item;
};

/** Set the article's own speakers before what the server offered, once each. */
export const showOwn = (form) => {
  const options = optionsOf(form);
  const own = ownSpeakers(form);
  for (const item of options.querySelectorAll("[data-own]")) item.remove();
  for (const button of options.querySelectorAll("button[name=speaker]")) {
    button.parentElement.hidden = own.some(({ entry }) => entry.dataset.speaker === button.value);
  }
  // What the server found for other letters is no answer to these.
  const isFresh = options.dataset.typed === inputOf(form).value.trim();
  for (const item of options.children) item.hidden ||= !isFresh;
  options.prepend(...own.map(optionFor));
  options.scrollIntoView({ block: "nearest" });
};

const shown = (form) => [...optionsOf(form).querySelectorAll("li:not([hidden]) button")];

let waiting = null; // { form, end } of the box whose Enter came before the names it asks for

const endWait = (isChosen) => {
  if (!waiting) return;
  const { form, end } = waiting;
  waiting = null;
  if (isChosen) form.requestSubmit(shown(form)[0]);
  end(isChosen);
};

const ask = (form) => {
  const input = inputOf(form);
  window.htmx.ajax("GET", input.getAttribute("hx-get"), { source: input, target: optionsOf(form), swap: "outerHTML" }).catch(() => null);
};

const chooseOrAsk = () => {
  const { form } = waiting;
  showOwn(form);
  if (shown(form).length) endWait(true);
  // Whatever was asked before may have failed or be about other letters.
  else ask(form);
};

/** Offer names for what was typed before this script and htmx had come. */
export const catchUp = (form) => {
  const typed = inputOf(form).value.trim();
  if (!typed || optionsOf(form).dataset.typed === typed) return;
  showOwn(form);
  ask(form);
};

/**
 * Take the first name offered. Half a name must not make a speaker, so where none is there yet it is waited for.
 * Resolves to whether one was taken.
 */
export const choose = (form) => new Promise((end) => {
  waiting = { form, end };
  if (inputOf(form).value.trim()) chooseOrAsk();
  else endWait(false);
});

/** Go through the names with the arrow keys. */
export const moveInOptions = (form, by) => {
  const all = [inputOf(form), ...shown(form)];
  all[all.indexOf(document.activeElement) + by]?.focus();
};

document.addEventListener("input", (event) => {
  const form = event.target.closest(".speaker-box");
  if (form) showOwn(form);
});
const keyOf = (button) => `${button.name}=${button.value}`;
let inFocus = null; // which of the names offered had the focus when the server's came
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.target.closest?.(".speaker-box");
  const focused = document.activeElement;
  inFocus = form && optionsOf(form).contains(focused) ? keyOf(focused) : null;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest?.(".speaker-box");
  if (!form) return;
  showOwn(form);
  if (inFocus) (shown(form).find((button) => keyOf(button) === inFocus) ?? inputOf(form)).focus();
  if (waiting?.form === form) endWait(shown(form).length > 0);
});
document.addEventListener("step-saved", () => {
  if (!waiting || waiting.form.isConnected) return;
  // An answer swapped the card meanwhile; what was typed is in the new one.
  waiting.form = document.getElementById(inputOf(waiting.form).id)?.form;
  if (waiting.form) chooseOrAsk();
  else endWait(false);
});
document.addEventListener("wait-ended", () => endWait(false));
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if (!waiting || event.target.closest(".speaker-box") !== waiting.form) return;
    endWait(false);
    const message = "The desk’s speakers can’t be searched now. Type the whole name and press Give.";
    document.dispatchEvent(new CustomEvent("announced", { detail: { message, isError: true } }));
  });
}
