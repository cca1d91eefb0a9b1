"""The whole job without a mouse: the focus is never lost, and each change is told once to who can't see it.

A page that is loaded starts at its top, as browsers have it; there the first Tab leads to the skip link.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.choices import Role
from annotations.models import Article, ArticleSet, Claim
from tests.builders import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pipeline]

BRIDGE = (
    "Tolls on the bridge\n\n“Tolls stay for years,” said Ana Lindqvist on Monday.\n\n"
    "“They go at once,” said Bo Ek, who runs the ferry.\n\n"
    "“Nobody has asked us,” said Cleo Ros, a captain.\n\n"
    "“The road is paid for,” said Dag Moe.\n\n"
    "“It rains a lot here,” said Eva Lund.\n"
)
FERRY = "The ferry is sold\n\n“It was time to sell her,” said Bo Ek on Friday.\n"

# Whatever is put into a live region, reported to `heard`; what empties one says nothing.
LISTEN = """
addEventListener("DOMContentLoaded", () => {
    const regions = "[aria-live], [role=status], [role=alert]";
    new MutationObserver((records) => {
        for (const { type, target, addedNodes } of records) {
            const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
            const nodes = type === "characterData" ? [target] : [...addedNodes];
            const words = nodes.map((node) => node.textContent).join("").trim();
            const isLive = element?.closest(regions) || nodes.some((node) => node.matches?.(regions));
            if (isLive && words) heard(words);
        }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
});
"""

WAITS = 150  # tenths of a second
ANNOTATED_WITHIN = 120_000  # milliseconds; the pipeline is loaded here and now


class Desk:
    """Somebody at a keyboard who listens to the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        page.expose_function("heard", lambda words: self.heard.append(words))
        page.add_init_script(LISTEN)

    def press(self, *keys: str, tells: str = "") -> None:
        """Press the keys, and check that the focus is somewhere and exactly this was told, if anything."""
        for key in keys:
            self.page.keyboard.press(key)
        self.check(tells=tells)

    def type(self, words: str) -> None:
        """Type the words where the focus is."""
        self.page.keyboard.type(words)
        self.check()

    def check(self, *, tells: str = "") -> None:
        """Check where the focus is, and that since the last time just one message came, with these words."""
        for _ in range(WAITS):
            if not tells or self.heard:
                break
            self.page.wait_for_timeout(100)
        assert [tells in words for words in self.heard] == ([True] if tells else []), self.heard
        self.heard.clear()
        assert self.page.evaluate("document.activeElement !== document.body && document.hasFocus()")

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the element has the focus."""
        expect(target).to_be_visible()
        for _ in range(60):
            self.page.keyboard.press("Tab")
            self.check()
            if target.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def follow(self, target: Locator, heading: str) -> None:
        """Go to a link or button by Tab, press it, and wait for the page it loads."""
        self.tab_to(target)
        self.load("Enter", heading)

    def load(self, key: str, heading: str) -> None:
        """Press a key that loads a page; Tab then leads to its skip link, or its main thing has the focus."""
        self.page.keyboard.press(key)
        expect(self.page.locator("h1")).to_have_text(heading)
        self.page.wait_for_load_state("load")
        self.heard.clear()
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")
            expect(self.page.locator(".skip-link")).to_be_focused()


@pytest.fixture(autouse=True)
def spool(settings: Any, tmp_path: Path) -> None:
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> Desk:
    make_user(role=Role.EDITOR, username="edith")
    desk = Desk(page)
    page.goto(live_server.url)
    return desk


def left(article: Article) -> int:
    return article.claims.filter(state="suggested").count()


def in_hand(page: Page) -> Claim:
    """Return the claim whose card is in hand and has the focus."""
    card = page.locator(".claim-card.is-current")
    expect(card).to_be_focused()
    return Claim.objects.get(pk=int(card.get_attribute("data-claim") or 0))


def test_the_whole_job_is_done_without_a_mouse(
    desk: Desk, page: Page, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    files = [tmp_path / "bridge.txt", tmp_path / "ferry.txt"]
    for file, text in zip(files, (BRIDGE, FERRY), strict=True):
        file.write_text(text, encoding="utf-8")

    # Log in; the field for the name has the focus.
    desk.type("edith")
    desk.press("Tab")
    desk.type("correct horse")
    desk.load("Enter", "Desk")
    axe(page)

    # Upload two files into a new set, and wait until they are annotated.
    desk.follow(page.get_by_role("link", name="Upload", exact=True), "Upload articles")
    desk.tab_to(page.get_by_label("Files"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(files)
    expect(page.locator("#chosen-files li")).to_have_count(2)
    assert len(desk.heard) == 1, "the chosen files are told at once"
    desk.heard.clear()
    desk.tab_to(page.get_by_text("What is known about these articles"))
    desk.press("Enter")
    desk.tab_to(page.get_by_label("Or into a new set named"))
    desk.type("Crossings")
    desk.tab_to(page.get_by_role("button", name="Upload"))
    page.keyboard.press("Enter")
    expect(page.locator("#upload-rows")).to_contain_text("2 of 2 done", timeout=ANNOTATED_WITHIN)
    desk.heard.clear()
    crossings = ArticleSet.objects.get(name="Crossings")
    bridge, ferry = Article.objects.order_by("pk")
    total = left(bridge)
    assert total >= 5, "each quote of the text is found"

    # Open the longer article from the list, filtered by the set.
    page.keyboard.press("Tab")
    desk.follow(page.get_by_role("link", name="Articles", exact=True), "Articles")
    desk.tab_to(page.get_by_label("Set").first)
    desk.press("c", tells="2 articles found.")
    desk.follow(page.get_by_role("link", name=bridge.title), bridge.title)
    first = in_hand(page)

    # Accept, reject, give to a chip, type a name: one key or one word each, and on to the next.
    desk.press("a", tells=f"Accepted. {total - 1} left.")
    second = in_hand(page)
    desk.press("x", tells=f"Rejected. {total - 2} left.")
    third = in_hand(page)
    other = page.locator(".claim-card.is-current .speaker-chip[aria-pressed=false]").first
    name = (other.text_content() or "").strip()[1:].strip()
    desk.press(other.get_attribute("data-key") or "", tells=f"Given to {name}. {total - 3} left.")
    fourth = in_hand(page)
    desk.press("s")
    desk.type("Zoë Quist")
    desk.press("Enter", tells=f"Given to Zoë Quist. {total - 4} left.")
    fifth = in_hand(page)

    # Change a span with the caret, and undo it.
    before = list(fifth.spans.filter(role="content").values_list("start", "end"))
    desk.press("v", tells="Caret open")
    desk.press("O", tells="“")
    desk.press("Enter", tells="Content changed.")
    assert list(fifth.spans.filter(role="content").values_list("start", "end")) != before
    if left(bridge) < total - 4:
        desk.press("k")
    desk.press("z", tells="Undone: change content.")
    assert in_hand(page) == fifth
    assert list(fifth.spans.filter(role="content").values_list("start", "end")) == before

    # Look at the keys and go on where one was.
    desk.press("?")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    desk.press("Escape")
    assert in_hand(page) == fifth

    # Decide the rest; then the way to the next article has the focus, and that one comes without a page load.
    for still in range(total - 5, 0, -1):
        desk.press("a", tells=f"Accepted. {still} left.")
        in_hand(page)
    desk.press("a", tells="Accepted. All claims of this article are decided.")
    expect(page.locator("#go-on")).to_be_focused()
    axe(page)
    page.evaluate("window.isStillThere = true")
    desk.press("]", tells=f"{ferry.title}. 1 of 1 claims left.")
    in_hand(page)
    assert page.evaluate("window.isStillThere") is True
    desk.press("a", tells="All claims of this article are decided.")
    expect(page.locator("#saved")).to_have_text("All saved")

    # The end of the set, and its export.
    desk.load("]", "No work is left")
    desk.follow(page.get_by_role("link", name="Export the set"), "Export")
    desk.tab_to(page.get_by_role("button", name="Download"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")

    written = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = {int(row["claim_id"]): row for row in csv.DictReader(io.StringIO(written))}
    assert second.pk not in rows, "it was rejected"
    assert rows[first.pk]["state"] == "accepted"
    assert [rows[claim.pk]["speaker"] for claim in (third, fourth)] == [name, "Zoë Quist"]
    assert {row["set"] for row in rows.values()} == {crossings.name}
