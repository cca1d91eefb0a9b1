"""A real Chromium on a live server: logged-in pages, a watch over the console, and axe."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from tests.builders import make_user
from tests.parts import NO_CHROMIUM, QUIET_CHROMIUM, find_chromium

# Playwright's loop runs in the thread of the test, where Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Two cores may have two suites to run; a page that is slow is not a page that is wrong.
expect.set_options(timeout=15_000)

# Chromium reports each answer of 400 and more; to a refused form and a stale claim the page answers itself.
# htmx logs a request that a later one overtook (hx-sync) as two errors, though nothing went wrong; a request
# that failed adds an event of its own, htmx:sendError or htmx:timeout, which is not allowed.
EXPECTED = re.compile(r"the server responded with a status of (409|422) |^htmx:(afterRequest|sendAbort)\b")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it where there is no Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if find_chromium() is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for a plugin's fixture of a form that pytest warns of; tests name whole addresses."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium of the system, without what it would fetch from elsewhere."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": list(QUIET_CHROMIUM)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Give pages a plain desktop window."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


class Complaints(list[str]):
    """What the browser complained about; `allow` names complaints that the test expects."""

    def __init__(self) -> None:
        super().__init__()
        self._allowed = [EXPECTED]

    def allow(self, pattern: str) -> None:
        """Let complaints pass that contain the regular expression."""
        self._allowed.append(re.compile(pattern))

    def hear(self, text: str) -> None:
        """Keep a complaint unless it is allowed."""
        if not any(pattern.search(text) for pattern in self._allowed):
            self.append(text)


@pytest.fixture
def answered(transactional_db: None, live_server: LiveServer) -> Iterator[None]:
    """Empty the database only when the server has answered all that the closed pages had asked."""
    yield
    until = time.monotonic() + 30
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < until, "the server is still answering"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def complaints(answered: None, context: BrowserContext) -> Iterator[Complaints]:
    """Fail the test on any violation of the Content-Security-Policy, console error or script error."""
    complaints = Complaints()

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.hear(message.text)

    context.on("console", hear_console)
    context.on("weberror", lambda error: complaints.hear(str(error.error)))
    yield complaints
    assert complaints == []


OpenDesk = Callable[..., Page]


@pytest.fixture
def open_desk(context: BrowserContext, live_server: LiveServer) -> OpenDesk:
    """Return `open_desk(role=Role.EDITOR, path="/")`: a page of somebody new of that role, logged in."""

    def open_desk(*, role: Role = Role.EDITOR, path: str = "/", **fields: Any) -> Page:
        client = Client()
        client.force_login(make_user(role=role, **fields))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return open_desk


@pytest.fixture
def desk_page(open_desk: OpenDesk) -> Page:
    """The desk as an editor sees it."""
    return open_desk(role=Role.EDITOR, username="edith")


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return `axe(page)`, which fails on any serious or critical fault that axe finds on the page."""

    def check(page: Page) -> None:
        faults = [
            f"{fault['id']} ({fault['impact']}): {node['html'][:200]}"
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]
        assert faults == []

    return check
