"""What the tests of the review page share: an article, and what somebody at the keyboard waits for."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from annotations.models import Article, Claim
from tests.builders import make_article, make_claim, make_mention, make_speaker

TEXT = (
    "😀 “Tolls stay,” said Ana Lindqvist.\n\n"
    "She added that “nothing” was decided.\n\n"
    "“They go,” Bo Ek said. “At once.”\n\n"
    "Support our reporting with a monthly gift."
)


def make_tolls() -> Article:
    """Save an article with three suggested claims: the first of Ana Lindqvist, the others of Bo Ek."""
    article = make_article(text=TEXT, title="Tolls")
    ana, bo = make_speaker("Ana Lindqvist", role="mayor"), make_speaker("Bo Ek")
    make_speaker("Cleo Ros", aliases=("Ros",))
    article.paragraphs.filter(index=4).update(region="boilerplate")
    make_mention(article=article, start=TEXT.index("Ana"), end=TEXT.index("Ana") + 13, speaker=ana)
    make_mention(article=article, start=TEXT.index("Bo Ek"), end=TEXT.index("Bo Ek") + 5, speaker=bo)
    for content, speaker in (
        (("“Tolls stay,”",), ana),
        (("that “nothing” was decided",), bo),
        (("“They go,”", "“At once.”"), bo),
    ):
        spans = tuple((TEXT.index(piece), TEXT.index(piece) + len(piece)) for piece in content)
        make_claim(article=article, content=spans, speaker=speaker)
    return article


class HeldBack:
    """Requests to the addresses of a pattern, held back until they are released; later ones pass at once."""

    def __init__(self, page: Page, pattern: str | Callable[[str], bool]) -> None:
        self._routes: list[Route] = []
        self._is_released = False
        page.route(pattern, self._meet)

    def _meet(self, route: Route) -> None:
        if self._is_released:
            route.continue_()
        else:
            self._routes.append(route)

    def release(self) -> None:
        """Let all of them go, and each that is still to come."""
        self._is_released = True
        for route in self._routes:
            route.continue_()


def claims(article: Article) -> list[Claim]:
    """Return the claims as stored, in text order."""
    return list(article.claims.in_text_order().select_related("speaker"))


def states(article: Article) -> list[str]:
    """Return the states of the claims as stored, in text order."""
    return [claim.state for claim in claims(article)]


def in_hand(page: Page, claim: Claim) -> None:
    """Wait until the claim is the one in hand and its card has the focus."""
    expect(page.locator(f"#claim-card-{claim.pk}")).to_have_class(re.compile(r"\bis-current\b"))
    expect(page.locator(f"#claim-card-{claim.pk}")).to_be_focused()


def said(page: Page, message: str | re.Pattern[str]) -> None:
    """Wait until the status region says it."""
    expect(page.locator("#status")).to_contain_text(message)


def shows(page: Page, words: str) -> None:
    """Wait until the head of the page says how the steps fare in these words."""
    expect(page.locator("#saved")).to_have_text(words)


def all_saved(page: Page) -> None:
    """Wait until the server has answered every step: the page goes on before it does."""
    shows(page, "All saved")
