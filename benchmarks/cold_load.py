"""What the review page of a usual article costs to open with nothing in the browser's cache.

    .venv/bin/python -m benchmarks.cold_load [--database sqlite|postgresql|both] [--rounds 9]

Opens the log-in page and the review page (700 words, 18 claims, 10 speakers) in turn, each in a fresh profile
of a real Chromium, and prints for each the number of requests, the bytes that came over the wire (headers
included, as the browser's network log counts them), and the median time until it is usable, from the start of
the navigation: what it shows is painted, and the log-in page has its field, the review page acts on a key.

Before it opens a page the browser is given time to finish its new window, whose tool bars are a page of their
own: their scripts keep a processor busy for a second, whatever page is opened meanwhile.
"""

import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from benchmarks.browsing import chromium, wait_until
from benchmarks.desk_server import arguments, chosen_databases, desk_server
from benchmarks.http_editor import log_in

WINDOW_READY_AFTER = 2.0  # seconds
LOG_IN, REVIEW = "log-in page", "review page"
# Tries a key at each frame until the next claim is in hand, and notes when that, or the field, was there.
WATCH = """
    const claim = () => document.querySelector(".claim-card.is-current")?.dataset.claim;
    let first;
    let acting;
    const look = () => {
        first ??= claim();
        const press = new KeyboardEvent("keydown", { key: "j", bubbles: true });
        if (first && !acting) document.dispatchEvent(press);
        const acts = first ? claim() !== first : document.querySelector("input[name=username]");
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        if (acts) acting ??= performance.now();
        if (acting && paint) window.usable = Math.max(acting, paint.startTime);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


@dataclass
class Loads:
    """What the loads of one page cost."""

    requests: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    usable: list[float] = field(default_factory=list)  # milliseconds
    parts: dict[str, int] = field(default_factory=dict)  # bytes of the last load, by path


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="loads of each page (default: 9)")
    options = parser.parse_args()
    for database in chosen_databases(options):
        with desk_server(database, postgresql=options.postgresql) as server, chromium() as browser:
            (username,) = server.rows("people", "1")
            (article,) = server.rows("articles", "--words", "700", "--claims", "18")
            cookies = [
                {"name": name, "value": morsel.value, "url": server.address}
                for name, morsel in log_in(server.port, username).items()
            ]
            pages: dict[str, tuple[str, list[dict[str, Any]]]] = {
                LOG_IN: (f"{server.address}/log-in", []),
                REVIEW: (f"{server.address}/articles/{article['id']}/review", cookies),
            }
            loads: dict[str, Loads] = defaultdict(Loads)
            for _ in range(options.rounds):
                for name, (address, known) in pages.items():
                    _load(browser, address, known, loads[name])
            _print(database, loads)


def _load(browser: Browser, address: str, cookies: list[dict[str, Any]], loads: Loads) -> None:
    """Open the page in a fresh profile and add what it cost."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(cookies)  # type: ignore[arg-type] # the keys that Playwright names
    context.add_init_script(WATCH)
    page = context.new_page()
    network = context.new_cdp_session(page)
    asked: dict[str, str] = {}
    received: dict[str, int] = {}
    network.on(
        "Network.requestWillBeSent",
        lambda event: asked.setdefault(event["requestId"], event["request"]["url"]),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: received.setdefault(event["requestId"], int(event["encodedDataLength"])),
    )
    network.send("Network.enable")
    time.sleep(WINDOW_READY_AFTER)
    page.goto(address, wait_until="networkidle")
    wait_until(page, "window.usable !== undefined")
    loads.usable.append(page.evaluate("window.usable"))
    # What the browser had already, such as the icon that is in the page too, brought nothing over the wire.
    wired = {number: size for number, size in received.items() if size}
    loads.requests.append(len(wired))
    loads.bytes.append(sum(wired.values()))
    loads.parts = {urlsplit(asked[number]).path: size for number, size in wired.items()}
    context.close()


def _print(database: str, loads: dict[str, Loads]) -> None:
    for name, one in loads.items():
        print(
            f"{database}, {name}: {max(one.requests)} requests, {max(one.bytes) / 1000:.1f} KB, usable after "
            f"{statistics.median(one.usable):.0f} ms (median of {len(one.usable)})"
        )
    parts = ", ".join(f"{path} {size / 1000:.1f}" for path, size in loads[REVIEW].parts.items())
    print(f"{database}, KB of the review page: {parts}")
    usable = {name: statistics.median(one.usable) for name, one in loads.items()}
    print(f"{database}, ratio review page to log-in page: {usable[REVIEW] / usable[LOG_IN]:.2f}", flush=True)


if __name__ == "__main__":
    main()
