"""A real Chromium for benchmarks: editors logged in, and everything that a page complained about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from benchmarks.desk_server import DeskServer
from benchmarks.http_editor import log_in
from tests.parts import NO_CHROMIUM, QUIET_CHROMIUM, find_chromium

LOADED_WITHIN = 300.0  # seconds, on however busy a machine
# Chromium itself reports each refused or unanswered request, and htmx each that a later one overtook or that
# met no server; what the page does about it is what is measured.
_OF_THE_NETWORK = re.compile(r"^Failed to load resource: |^htmx:(afterRequest|sendAbort|sendError)\b")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium, started without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start one more Chromium."""
    path = find_chromium()
    if path is None:
        raise SystemExit(f"{NO_CHROMIUM[0].upper()}{NO_CHROMIUM[1:]}.")
    return playwright.chromium.launch(executable_path=path, args=list(QUIET_CHROMIUM))


def editor_context(browser: Browser, server: DeskServer, username: str) -> BrowserContext:
    """Return a browser profile of its own in which this editor is logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_navigation_timeout(1000 * LOADED_WITHIN)
    log_in_context(context, server, username)
    return context


def log_in_context(context: BrowserContext, server: DeskServer, username: str) -> None:
    """Log the editor in to an existing profile."""
    cookies: SimpleCookie = log_in(server.port, username)
    context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server.address} for name, morsel in cookies.items()]
    )


def wait_until(page: Page, condition: str, *, within: float = 60.0) -> None:
    """Wait until the JavaScript expression is true in the page. Raises Error after so many seconds.

    Playwright's own way evaluates it inside the page, which the Content-Security-Policy forbids.
    """
    page.evaluate(
        f"""(within) => new Promise((resolve, reject) => {{
            const late = setTimeout(() => reject(new Error("Not within " + within + " s.")), 1000 * within);
            const look = () => {{
                if (!({condition})) return setTimeout(look, 10);
                clearTimeout(late);
                return resolve();
            }};
            look();
        }})""",
        within,
    )


def complaints_of(context: BrowserContext) -> list[str]:
    """Return a list that fills with the console errors and script errors of the profile's pages."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not _OF_THE_NETWORK.search(message.text):
            complaints.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints
