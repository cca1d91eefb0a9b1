/* Steps on their way to the server: kept in the browser until it has answered, sent in order, done once. */

const TIME_LIMIT = 20_000; // milliseconds until a request without an answer counts as lost
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000]; // milliseconds between one failed try and the next

/* ---- What is kept: one row a step, in IndexedDB, so that it outlives the page, the browser and the log-in ---- */
const settled = (request, done) => new Promise((resolve, reject) => {
  request[done] = () => resolve(request.result);
  request.onerror = request.onabort = () => reject(request.error);
});

let opening;
const database = () => {
  opening ??= (async () => {
    const request = indexedDB.open("newsdesk-outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("steps", { keyPath: "key" });
    return settled(request, "onsuccess");
  })();
  return opening;
};

/** Change the kept rows in one transaction, which is on the disk when the promise resolves. */
const change = async (work) => {
  const transaction = (await database()).transaction("steps", "readwrite", { durability: "strict" });
  await Promise.all([work(transaction.objectStore("steps")), settled(transaction, "oncomplete")]);
};

const rowOf = ({ kept, delayed, ...row }) => row;

/** A key that no other step has; crypto.randomUUID is missing where a desk is served without TLS. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

/**
 * Open the person's outbox; `articleInHand()` says which article the page shows, which may change, and `effort()`
 * what the step at hand cost, empty where that is not counted.
 *
 * `answered(step, answer)` is called with each answer: { outcome: "done" | "conflict" | "refused", status, body,
 * headers }; `changed(summary)` whenever the number of steps or how they fare changes; `warn(sentence)` with
 * what the person has to know once.
 */
export const openOutbox = ({ person, articleInHand, effort, answered, changed, warn }) => {
  const tab = newKey();
  const steps = []; // this page's own steps and those of pages that are gone, in order
  const brought = new Map(); // claim -> version that an answer to this page brought
  let lastOrder = 0;
  let failures = 0; // tries in a row that got no answer
  let isLoggedOut = false;
  let isWarned = false;
  let isDraining = false;
  let drained = null; // a promise of what is under way, or was last
  let waking;

  const summary = () => {
    const conflicts = steps.filter((step) => step.state === "conflict").length;
    return { waiting: steps.length - conflicts, conflicts, isFailing: failures > 0 || !navigator.onLine, isLoggedOut };
  };
  const show = () => changed(summary());

  /** Keep the change on the disk; where the disk refuses, go on in memory alone and say so once. */
  const keep = async (work) => {
    try {
      await change(work);
    } catch {
      if (!isWarned) warn("This browser can't keep steps on its disk. They are sent all the same; leave this page only when all is saved.");
      isWarned = true;
    }
  };

  const remove = (step, then = () => {}) => {
    steps.splice(steps.indexOf(step), 1);
    return keep((rows) => {
      rows.delete(step.key);
      then(rows);
    });
  };

  /** An undo of a step that was never saved has nothing to undo, and must not undo the one before it. */
  const removeItsUndo = (step) => {
    const undo = steps.find((other) => other.undoes && other.after.at(-1) === step.key);
    if (undo) remove(undo);
  };

  /** Take a step: { claim or null, path, fields: [[name, value]], goesOn, undoes }. Null where it waits already. */
  const take = ({ claim, path, fields, goesOn, undoes }) => {
    const article = articleInHand();
    const version = Number(fields.find(([name]) => name === "version")?.[1] ?? 0);
    const values = fields.filter(([name]) => !["version", "key", "csrfmiddlewaretoken"].includes(name));
    const concerned = steps.filter((other) => other.article === article && (claim === null || other.claim === null || other.claim === claim));
    const last = concerned.at(-1);
    const isSame = claim !== null && last?.claim === claim && last.path === path && JSON.stringify(last.fields) === JSON.stringify(values);
    if (isSame) return null;
    lastOrder = Math.max(lastOrder + 1, Date.now());
    const step = {
      key: newKey(), order: lastOrder, person, article, tab, claim, path, fields: values, goesOn, undoes, effort: effort(),
      version: version && Math.max(version, brought.get(claim) ?? 0),
      after: concerned.filter((other) => claim !== null || other.state === "waiting").map((other) => other.key),
      state: "waiting",
    };
    steps.push(step);
    step.kept = keep((rows) => rows.put(rowOf(step)));
    show();
    drain();
    return step;
  };

  const isFree = (step) => step.state === "waiting" && !step.delayed && !steps.some((other) => step.after.includes(other.key));

  const post = (step) => fetch(step.path, {
    method: "POST",
    body: new URLSearchParams([...step.fields, ["key", step.key], ...(step.version ? [["version", step.version]] : [])]),
    headers: {
      "HX-Request": "true",
      "HX-Current-URL": window.location.href,
      "X-CSRFToken": cookie("csrftoken"),
      "Step-Key": step.key,
      "Step-Person": person,
      ...(step.effort && { "Step-Effort": step.effort }),
    },
    signal: AbortSignal.timeout(TIME_LIMIT),
  });

  /** Give the versions that an answer brought to the steps that were made after the one it answers. */
  const bringOn = (step, headers) => {
    const versions = new Map((headers.get("Claim-Versions") ?? "").split(",").filter(Boolean).map((pair) => pair.split("=")));
    for (const [claim, version] of versions) brought.set(claim, Math.max(Number(version), brought.get(claim) ?? 0));
    const later = steps.filter((other) => other.after.includes(step.key) && versions.has(other.claim));
    for (const other of later) other.version = Math.max(Number(versions.get(other.claim)), other.version);
    return later;
  };

  /** Send one step. True where the server has answered it, false where it has to be sent again. */
  const send = async (step) => {
    await step.kept;
    let response;
    let body;
    try {
      response = await post(step);
      body = await response.text();
    } catch {
      return false;
    }
    // An answer that does not name the step comes from something between: a proxy, a portal of a guest network.
    if (response.headers.get("Step-Key") !== step.key) return false;
    const { status, headers } = response;
    if (status === 401) {
      isLoggedOut = true;
      return true;
    }
    if (status >= 500 || status === 429) {
      // A step that the server can't do at the moment holds up what builds on it, and nothing else.
      step.delayed = true;
      return false;
    }
    failures = 0;
    const answer = { outcome: "done", status, headers, body };
    if (status === 409) {
      await keep((rows) => rows.put({ ...rowOf(step), state: "conflict" }));
      step.state = "conflict";
      answer.outcome = "conflict";
    } else if (status >= 400) {
      await remove(step);
      removeItsUndo(step);
      answer.outcome = "refused";
    } else {
      const later = bringOn(step, headers);
      await remove(step, (rows) => {
        for (const other of later) rows.put(rowOf(other));
      });
    }
    answered(step, answer);
    return true;
  };

  const drainAll = async () => {
    isDraining = true;
    isLoggedOut = false;
    for (const step of steps) step.delayed = false;
    let isAnswered = true;
    try {
      for (let step = steps.find(isFree); step && isAnswered && !isLoggedOut; step = steps.find(isFree)) {
        isAnswered = (await send(step)) || step.delayed;
        show();
      }
    } finally {
      // In one go with the last look for a free step, so that one which comes now begins anew.
      isDraining = false;
    }
    if (steps.some((step) => step.delayed) || !isAnswered) {
      waking = window.setTimeout(drain, WAITS[Math.min(failures, WAITS.length - 1)]);
      failures += 1;
    }
    show();
  };

  const drain = () => {
    window.clearTimeout(waking);
    if (!isDraining) drained = drainAll();
  };

  /** Send all that waits now, without waiting for the next try. */
  const sendNow = async () => {
    await drained?.catch(() => null);
    failures = 0;
    drain();
  };

  const conflictOf = (claim) => steps.find((step) => step.state === "conflict" && step.claim === claim);

  /** Send the step in conflict again; on the version that the person has seen now it is taken, on its own asked anew. */
  const sendAgain = (claim, version) => {
    const step = conflictOf(claim);
    if (!step) return null;
    Object.assign(step, { state: "waiting", version: version ?? step.version });
    step.kept = keep((rows) => rows.put(rowOf(step)));
    show();
    drain();
    return step;
  };

  /** The conflict is answered with what is stored; steps that were made after it go on, and may ask again. */
  const keepTheirs = async (claim) => {
    const step = conflictOf(claim);
    if (!step) return;
    removeItsUndo(step);
    await remove(step);
    show();
    drain();
  };

  /** Take over the steps of a page that is gone. A conflict is asked anew, since its card went with the page. */
  const adopt = async (gone) => {
    const adopted = [];
    await keep(async (rows) => {
      const all = await settled(rows.getAll(), "onsuccess");
      for (const row of all.filter((one) => one.tab === gone && one.person === person)) {
        Object.assign(row, { tab, state: "waiting" });
        rows.put(row);
        adopted.push(row);
      }
    });
    steps.push(...adopted);
    steps.sort((one, other) => one.order - other.order);
    lastOrder = Math.max(lastOrder, ...adopted.map((step) => step.order));
    show();
    drain();
  };

  const start = async () => {
    // Each page holds a lock of its own for as long as it lives, so whoever gets it knows that the page is gone.
    navigator.locks?.request(`newsdesk-outbox-${tab}`, () => new Promise(() => {}));
    const rows = [];
    await keep(async (store) => rows.push(...(await settled(store.getAll(), "onsuccess"))));
    const others = new Set(rows.filter((row) => row.person === person).map((row) => row.tab));
    for (const other of others) {
      // Without locks two pages may send the same step; its key makes that harmless.
      if (navigator.locks) navigator.locks.request(`newsdesk-outbox-${other}`, () => adopt(other));
      else adopt(other);
    }
    show();
  };

  window.addEventListener("online", sendNow);
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && steps.length) sendNow();
  });
  window.addEventListener("beforeunload", (event) => {
    if (steps.length) event.preventDefault();
  });
  start();

  return { take, sendAgain, keepTheirs, sendNow, summary, pending: () => steps.filter((step) => step.article === articleInHand()) };
};
