/* From article to article without loading a page; the next one is fetched while this one is being reviewed. */

const FEW = 3; // undecided claims left, from which on the next article is fetched ahead

const byId = (id) => document.getElementById(id);
const say = (message, isError = false) => {
  document.dispatchEvent(new CustomEvent("announced", { detail: { message, isError } }));
};

let ahead = null; // the page fetched ahead: { address, html, etag }
let isFetchingAhead = false;
let shown = 0; // counts the articles asked for, so that an answer that comes late changes nothing
let hasBegun = false; // whether a step was taken in the article that is shown

/** Fetch a page. Null where what came is another one: the log-in has ended, or the article is gone. */
const fetchPage = async (address, headers = {}) => {
  // Not stored: the browser would show this page again whenever its address is opened.
  const response = await fetch(address, { headers, cache: "no-store" });
  if (response.status === 304) return { isSame: true };
  if (!response.ok || response.redirected) return null;
  return { address, html: await response.text(), etag: response.headers.get("ETag") };
};

/** Put the page's article in the place of the one that is shown, and say which it is. */
const swapIn = ({ html }, { isAgain = false } = {}) => {
  window.htmx.swap("#main", html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { select: "#main" });
  window.scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("article-shown"));
  if (!isAgain) say(`${document.querySelector("h1").textContent}. ${document.querySelector("#progress label").textContent}.`);
};

/** Show the article at the address. One fetched ahead is shown at once, and again where it has changed since. */
const show = async (address, arrive) => {
  shown += 1;
  const mine = shown;
  const kept = ahead?.address === address ? ahead : null;
  ahead = null;
  hasBegun = false;
  if (kept) {
    arrive();
    swapIn(kept);
  }
  let page;
  try {
    page = await fetchPage(address, kept ? { "If-None-Match": kept.etag } : {});
  } catch {
    if (!kept) say("No answer from the server, so this is still the same article. Check the connection, then try again.", true);
    return;
  }
  if (mine !== shown) return;
  if (page?.isSame || (page && kept && hasBegun)) {
    // Where one may go next was worked out when the article before was not done yet.
    window.htmx.trigger("#presence", "arrived");
    return;
  }
  if (!page) {
    window.location.assign(address);
    return;
  }
  if (!kept) arrive();
  swapIn(page, { isAgain: kept !== null });
};

/** Go where the link leads: to an article without loading a page, anywhere else as links do. */
export const follow = (link) => {
  const address = link.href;
  if (!link.hasAttribute("data-article")) {
    window.location.assign(address);
    return;
  }
  show(address, () => {
    window.history.replaceState({ isArticle: true }, "");
    window.history.pushState({ isArticle: true }, "", address);
  });
};

/** A step was taken: fetch the next article ahead once few claims are left. */
export const lookAhead = async () => {
  hasBegun = true;
  const link = byId("next-article");
  const isFar = document.querySelector('#claim-list > .more:not([data-undecided=""])')
    || document.querySelectorAll('.claim-card[data-state="suggested"]:not([data-decides])').length > FEW;
  if (isFar || isFetchingAhead || !link.hasAttribute("data-article") || ahead?.address === link.href) return;
  isFetchingAhead = true;
  try {
    ahead = await fetchPage(link.href, { "Fetched-Ahead": "yes" });
  } catch {
    // Nobody has asked for it yet. Whoever does is told if the server is still away.
  }
  isFetchingAhead = false;
};

window.addEventListener("popstate", (event) => {
  if (event.state?.isArticle) show(window.location.href, () => {});
});
