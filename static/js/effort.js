/* What a step costs: keys, clicks and active seconds since the one before. Fetched only where they are counted. */

const STILL = 30_000; // milliseconds without a sign of life, of which no more count: somebody reads, or is away
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll"];
const NO_KEYS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]);

let seenAt = performance.now();
let isShown = !document.hidden;
let active = 0; // milliseconds
let presses = 0;
let hasBegun = false; // with a step: what came before this script was not counted

const see = () => {
  const now = performance.now();
  if (isShown) active += Math.min(now - seenAt, STILL);
  seenAt = now;
  isShown = !document.hidden;
};

/** What it took since the step before, as "seconds;keys"; empty where that was not counted from its start. */
export const sinceTheLastStep = () => {
  see();
  const count = hasBegun ? `${(active / 1000).toFixed(1)};${presses}` : "";
  hasBegun = true;
  active = 0;
  presses = 0;
  return count;
};

// While they come down, so that the key that makes a step counts before the step does.
for (const sign of SIGNS) document.addEventListener(sign, see, { capture: true, passive: true });
document.addEventListener("visibilitychange", see);
document.addEventListener("keydown", (event) => {
  if (!event.repeat && !NO_KEYS.has(event.key)) presses += 1;
}, { capture: true });
document.addEventListener("pointerdown", () => {
  presses += 1;
}, { capture: true });
