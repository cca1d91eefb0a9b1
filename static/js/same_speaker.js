/* “Same speaker as the claim before”: as the claims stand with the steps that still wait. */

const nameOf = (speaker) => document.querySelector(`#board [data-speaker="${CSS.escape(speaker)}"]`)?.dataset.name ?? "";

/** The speaker that a step gives its claim, null for nobody, undefined where it says nothing about that. */
const givenBy = ({ path, fields }) => {
  if (path.endsWith("/reject")) return null;
  if (!path.endsWith("/speaker")) return undefined;
  const field = (name) => fields.find(([one]) => one === name)?.[1];
  if (field("speaker")) return { name: "speaker", value: field("speaker"), label: nameOf(field("speaker")) };
  return field("name") ? { name: "name", value: field("name"), label: field("name") } : null;
};

const speakerOf = (card, pending) => {
  const { claim, state, speaker, name } = card.dataset;
  const given = pending.filter((step) => step.claim === claim).map(givenBy).findLast((one) => one !== undefined);
  if (given !== undefined) return given;
  return speaker && state !== "rejected" ? { name: "speaker", value: speaker, label: name } : null;
};

/** Set the card's button for it; where the claim before is in another part of the list the server's word holds. */
export const bringUpToDate = (card, pending) => {
  const button = document.getElementById(`same-${card.dataset.claim}`);
  if (!button) return;
  let speaker = null;
  for (let number = Number(card.dataset.number) - 1; number > 0 && !speaker; number -= 1) {
    const before = document.querySelector(`.claim-card[data-number="${number}"]`);
    if (!before) return;
    speaker = speakerOf(before, pending);
  }
  button.hidden = button.disabled = !speaker;
  if (!speaker) return;
  Object.assign(button, { name: speaker.name, value: speaker.value });
  button.setAttribute("aria-label", `Same speaker as the claim before: ${speaker.label}`);
};
