"""How long an editor waits from the key press to the next claim, in a usual article and in a very long one.

    .venv/bin/python -m benchmarks.key_to_next_claim [--database sqlite|postgresql|both] [--rounds 3]

Accepts, rejects and gives claims to speakers with single keys in a real Chromium: in an article of 700 words
and 20 claims, and in one of 100,000 words and 5,000 claims, in turn, so that both meet the same machine. The
page itself takes the times, from the key press to the focus on the next claim and to "All saved". Prints
median and 95th percentile of each, the ratio of long to short, and beside them what the server's part took
(its `Server-Timing` header) with the number of queries, smallest to largest.
"""

import re
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from playwright.sync_api import Page, Response

from benchmarks.browsing import chromium, complaints_of, editor_context, wait_until
from benchmarks.desk_server import arguments, chosen_databases, desk_server

KEYS = "aax1a2"  # what is pressed, over and over: mostly accept
# How many keys are pressed in each article: nearly all claims of the short one, and in the long one past the
# edges of the cards that the page begins with and of those that join them.
PRESSES = {"short": 18, "long": 54}
WATCH = """
    window.presses = [];
    const card = () => document.querySelector(".claim-card.is-current")?.dataset.claim;
    addEventListener("keydown", (event) => {
        window.presses.push({ from: card(), at: event.timeStamp });
    }, true);
    addEventListener("focusin", (event) => {
        const press = window.presses.at(-1);
        const claim = event.target.closest?.(".claim-card")?.dataset.claim;
        if (!press || press.focused || !claim || claim === press.from) return;
        press.focused = performance.now() - press.at;
    }, true);
    document.addEventListener("DOMContentLoaded", () => {
        const saved = document.getElementById("saved");
        new MutationObserver(() => {
            const press = window.presses.at(-1);
            if (!press || press.saved || saved.textContent !== "All saved") return;
            press.saved = performance.now() - press.at;
        }).observe(saved, { childList: true, characterData: true, subtree: true });
    });
"""
DONE = "window.presses.at(-1)?.focused !== undefined && window.presses.at(-1)?.saved !== undefined"
TIMING = re.compile(r'app;dur=([\d.]+), db;desc="(\d+)"')


@dataclass
class Taken:
    """What the key presses in one article took; times in milliseconds."""

    focused: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)

    def hear(self, response: Response) -> None:
        """Keep what the server's part of a decision took."""
        timing = TIMING.search(response.headers.get("server-timing", ""))
        if response.request.method == "POST" and timing:
            self.served.append(float(timing[1]))
            self.queries.append(int(timing[2]))


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="times each article is worked on (default: 3)")
    options = parser.parse_args()
    for database in chosen_databases(options):
        with desk_server(database, postgresql=options.postgresql) as server, chromium() as browser:
            (username,) = server.rows("people", "1")
            (long,) = server.rows("articles", "--words", "100000", "--claims", "5000", "--speakers", "24")
            context = editor_context(browser, server, username)
            context.add_init_script(WATCH)
            complaints = complaints_of(context)
            taken: dict[str, Taken] = defaultdict(Taken)
            usual = ["--words", "700", "--claims", "20", "--copies", str(options.rounds)]
            for short in server.rows("articles", *usual):
                for name, article in (("short", short), ("long", long)):
                    page = context.new_page()
                    page.goto(f"{server.address}/articles/{article['id']}/review")
                    page.on("response", taken[name].hear)
                    _press(page, taken[name], PRESSES[name])
                    page.close()
            _print(database, taken)
            assert complaints == [], complaints


def _press(page: Page, taken: Taken, presses: int) -> None:
    page.locator(".claim-card.is-current:focus").wait_for()
    for number in range(presses):
        page.keyboard.press(KEYS[number % len(KEYS)])
        wait_until(page, DONE)
        press = page.evaluate("window.presses.at(-1)")
        taken.focused.append(press["focused"])
        taken.saved.append(press["saved"])


def _print(database: str, taken: dict[str, Taken]) -> None:
    for name, one in taken.items():
        print(
            f"{database}, {name}: {len(one.focused)} key presses; next claim focused after "
            f"{_spread(one.focused)}; all saved after {_spread(one.saved)}; server {_spread(one.served)}, "
            f"{min(one.queries)} to {max(one.queries)} queries",
            flush=True,
        )
    for what in ("focused", "saved", "served"):
        short, long = (statistics.median(getattr(taken[name], what)) for name in ("short", "long"))
        print(f"{database}, ratio long to short, {what}: {long / short:.2f}", flush=True)


def _spread(times: list[float]) -> str:
    """Return median and 95th percentile."""
    return f"{statistics.median(times):.0f} ms (95 %: {statistics.quantiles(times, n=20)[-1]:.0f} ms)"


if __name__ == "__main__":
    main()
