/* Steps that did not reach the server: kept in order, shown, and sent again. */

const waiting = [];

const show = (element) => {
  element.classList.toggle("is-unsaved", waiting.length > 0);
  element.classList.remove("is-saving");
  element.textContent = waiting.length ? `${element.dataset.unsaved} (${waiting.length})` : element.dataset.saved;
};

/** Watch every step of the page: `element` says whether all is saved, the button `again` sends again. */
export const watchOutbox = (element, again) => {
  const refresh = () => {
    show(element);
    again.hidden = waiting.length === 0;
  };

  let isSending = false;
  const sendAgain = async () => {
    if (isSending) return;
    isSending = true;
    // One after the other: a later step may build on an earlier one.
    for (const step of waiting.splice(0)) {
      const target = document.getElementById(step.targetId) ? `#${step.targetId}` : "#claim-list";
      await window.htmx.ajax("POST", step.path, { values: step.values, target, swap: "outerHTML" });
    }
    isSending = false;
    refresh();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "post") return;
    element.classList.add("is-saving");
    element.textContent = element.dataset.saving;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb !== "post") return;
    refresh();
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const { verb, path, parameters, target } = event.detail.requestConfig;
      if (verb !== "post") return;
      const values = parameters instanceof FormData ? Object.fromEntries(parameters) : { ...parameters };
      waiting.push({ path, values, targetId: target?.id ?? event.detail.target?.id });
      event.detail.elt.closest(".claim-card")?.classList.add("is-unsaved");
      refresh();
    });
  }
  again.addEventListener("click", sendAgain);
  window.addEventListener("online", sendAgain);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.length) event.preventDefault();
  });
};
