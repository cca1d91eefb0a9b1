/* What every page shares: the one status region, and where the focus goes after a swap. */
"use strict";

(() => {
  const SENTENCES = {
    403: "You may not do this, or your log-in has ended. Reload the page and try again.",
    404: "This is no longer here. Reload the page to see what is.",
    413: "This is too large. Send less at once.",
    429: "Too many requests. Wait a minute, then try again.",
  };
  const BROKEN = "The server could not do this, and nothing was changed. Try again; if it stays so, tell your administrator.";
  const OFFLINE = "No answer from the server, so this is not saved. Check the connection, then try again.";

  const SHOWN_FOR = 8000; // milliseconds; an error stays until somebody's next request

  let clearing;
  const say = (sentence, { isError = false } = {}) => {
    const status = document.getElementById("status");
    window.clearTimeout(clearing);
    status.classList.toggle("status-error", isError);
    // Emptied first: a screen reader says nothing when the same sentence is set twice.
    status.textContent = "";
    window.setTimeout(() => {
      status.textContent = sentence;
    }, 50);
    if (!isError) {
      clearing = window.setTimeout(() => {
        status.textContent = "";
      }, SHOWN_FOR);
    }
  };

  document.addEventListener("announced", (event) => say(event.detail.message, event.detail));
  document.addEventListener("focus-on", (event) => document.getElementById(event.detail.id)?.focus());
  document.addEventListener("htmx:beforeRequest", (event) => {
    // Not for a page that asks again by itself, nor for names that are looked up while somebody types: the
    // message would be gone before it was read.
    const { elt, requestConfig } = event.detail;
    if (requestConfig.triggeringEvent && !elt.hasAttribute("data-keeps-status")) {
      document.getElementById("status").textContent = "";
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    // A refusal that the server explains comes as one plain sentence.
    const isPlain = event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
    say(isPlain ? responseText : (SENTENCES[status] ?? BROKEN), { isError: true });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say(OFFLINE, { isError: true }));
  }
})();
