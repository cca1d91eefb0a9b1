"""An editor at the keyboard of a real Chromium, with the product's own outbox and a network that fails."""

import json
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Error, Page, Request, Response, Route

from benchmarks.acknowledged import CONFLICT, Outcome, Record, Step
from benchmarks.browsing import complaints_of, editor_context, wait_until
from benchmarks.desk_server import DeskServer

LOST_ANSWERS = 0.1  # of all steps
KEYS = "aaaaxx12..ndmizZ"
_LOOK_EVERY = 0.2  # seconds between two looks at whether the server, or the outbox, is so far
DRAINED_WITHIN = 120.0  # seconds, after the server has come back
SHOWN_WITHIN = 10.0  # seconds, after the answer has come
# Counts the conflicts that the page has dealt with, and those of them that stand on a card then.
WATCH = """
    window.conflicts = { dealtWith: 0, shown: 0 };
    document.addEventListener("step-saved", (event) => {
        if (event.detail.status !== 409) return;
        window.conflicts.dealtWith += 1;
        const card = document.getElementById(`claim-card-${event.detail.claim}`);
        if (!card || card.querySelector(".conflict, .notice-warning")) window.conflicts.shown += 1;
    });
"""
# Counts the steps of the profile's outbox that could be sent. Those made after one that met a conflict wait
# until somebody has answered it.
FREE_STEPS = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("newsdesk-outbox", 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const asked = opening.result.transaction("steps").objectStore("steps").getAll();
        asked.onsuccess = () => {
            opening.result.close();
            const keys = new Set(asked.result.map((step) => step.key));
            const isFree = (step) => step.state === "waiting" && !step.after.some((key) => keys.has(key));
            resolve(asked.result.filter(isFree).length);
        };
    };
})"""


@dataclass(slots=True)
class _Conflicts:
    """What one page met: the keys of the steps, and how many it dealt with and showed before it went."""

    keys: list[str] = field(default_factory=list)
    dealt_with: int = 0
    shown: int = 0


class WindowEditor(Record):
    """An editor with a browser profile of its own; keys and faults are drawn from the seed."""

    def __init__(
        self, browser: Browser, server: DeskServer, username: str, article: int, *, seed: str
    ) -> None:
        super().__init__(username)
        self._address = f"{server.address}/articles/{article}/review"
        self._random = random.Random(f"{username} {seed}")
        self._answers: dict[Request, Response] = {}
        self._met: list[_Conflicts] = []  # one for each page, the last for the one that is open
        # By the key of a step: the page that its last answer reached.
        self._last_heard: dict[str, _Conflicts] = {}
        self._context = editor_context(browser, server, username)
        self._complaints = complaints_of(self._context)
        self._context.add_init_script(WATCH)
        self._context.route(lambda url: urlsplit(url).path.startswith("/claims/"), self._pass_on)
        self._page = self._open()

    def press(self) -> None:
        """Press one key, or now and then reload or kill the page with whatever waits in the outbox."""
        chance = self._random.random()
        if chance < 0.02:
            self.counts["browsers killed"] += 1
            self._kill()
        elif chance < 0.05:
            self.counts["reloads"] += 1
            self._reload()
        else:
            self._page.keyboard.press(self._random.choice(KEYS))
        # Lets the page go on and this side hear of it.
        self._page.wait_for_timeout(20)

    def faults_when_drained(self) -> list[str]:
        """Wait until the outbox has drained by itself, and return what went wrong in the window."""
        faults = []
        give_up_at = time.monotonic() + DRAINED_WITHIN
        while free := self._page.evaluate(FREE_STEPS):
            if time.monotonic() > give_up_at:
                status = self._page.locator("#saved").text_content()
                faults.append(f"{self.username}: {free} steps were not sent: {status}")
                break
            self._page.wait_for_timeout(1000 * _LOOK_EVERY)
        # The page may have heard an answer that it is just about to show.
        heard = len(self._left(self._met[-1]))
        with suppress(Error):
            wait_until(self._page, f"window.conflicts.dealtWith >= {heard}", within=SHOWN_WITHIN)
        self._count_conflicts()
        return faults + [f"{self.username}: {complaint}" for complaint in self._complaints]

    def conflict_faults(self) -> list[str]:
        """Return a sentence where a conflict was dealt with and not shown, or neither that nor asked again.

        A page that is reloaded or killed may have got answers that it had no time for: the outbox of the next
        page sends those steps again.
        """
        faults = []
        for met in self._met:
            if met.dealt_with != met.shown:
                faults.append(f"{self.username} was shown {met.shown} of {met.dealt_with} conflicts")
            # An answer that broke off halfway is asked for again, and counts as one with what comes then.
            left = self._left(met)
            if len(left) > met.dealt_with:
                faults.append(
                    f"{self.username} met {len(left)} conflicts and the page dealt with {met.dealt_with}"
                )
        return faults

    def _left(self, met: _Conflicts) -> set[str]:
        """Return the keys of the conflicts that no later page heard of."""
        return {key for key in met.keys if self._last_heard[key] is met}

    def _open(self) -> Page:
        page = self._context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("response", self._hear)
        page.on("request", self._send)
        page.on("requestfinished", self._settle)
        self._met.append(_Conflicts())
        page.goto(self._address)
        page.locator(".claim-card.is-current").wait_for()
        return page

    def _kill(self) -> None:
        """Close the page without asking it, and open another in the same profile."""
        self._count_conflicts()
        self._page.close(run_before_unload=False)
        self._page = self._open_when_back()

    def _reload(self) -> None:
        self._count_conflicts()
        self._met.append(_Conflicts())
        try:
            self._page.reload()
            self._page.locator(".claim-card.is-current").wait_for()
        except Error:
            # The server is away, and so is the page; what waited stays in the profile.
            self.counts["reloads without a server"] += 1
            self._page.close(run_before_unload=False)
            self._page = self._open_when_back()

    def _open_when_back(self) -> Page:
        while True:
            try:
                return self._open()
            except Error:
                for page in self._context.pages:
                    page.close(run_before_unload=False)
                time.sleep(_LOOK_EVERY)

    def _count_conflicts(self) -> None:
        counted = self._page.evaluate("window.conflicts")
        self._met[-1].dealt_with, self._met[-1].shown = counted["dealtWith"], counted["shown"]

    def _pass_on(self, route: Route) -> None:
        """Let the request through; of some, lose the answer after the server has given it."""
        if route.request.method != "POST" or self._random.random() >= LOST_ANSWERS:
            route.continue_()
            return
        self.counts["lost answers"] += 1
        try:
            route.fetch()
        except Error:
            self.counts["tries without an answer"] += 1
        route.abort()

    def _send(self, request: Request) -> None:
        if key := request.headers.get("step-key"):
            self.unheard.add(key)

    def _hear(self, response: Response) -> None:
        if "step-key" in response.request.headers and "step-key" in response.headers:
            self._answers[response.request] = response

    def _settle(self, request: Request) -> None:
        """Keep the outcome of a step whose answer came whole; one of 401 or 5xx the outbox sends again."""
        response = self._answers.pop(request, None)
        if response is None or response.status == 401 or response.status >= 500:
            return
        path = urlsplit(request.url).path
        fields = parse_qs(request.post_data or "")
        version = int(fields["version"][0]) if "version" in fields else None
        claim = int(path.split("/")[2]) if path.startswith("/claims/") else None
        step = Step(path.rpartition("/")[2], path, {}, request.headers["step-key"], claim, version)
        events = json.loads(response.headers.get("hx-trigger-after-settle", "{}"))
        announced = events.get("announced", {}).get("message", "")
        decided_on = {claim: version} if claim is not None and version is not None else {}
        self.outcomes.append(Outcome(step, response.status, announced, decided_on))
        self.unheard.discard(step.key)
        self._last_heard[step.key] = self._met[-1]
        if response.status == CONFLICT:
            self._met[-1].keys.append(step.key)
