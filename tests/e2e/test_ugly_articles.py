"""Articles that nobody would write and somebody uploads: one paragraph as long as a book."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role, SpanRole
from annotations.models import Article, Claim
from tests.builders import make_article, make_claim, make_speaker
from tests.e2e.reviewing import in_hand, said

pytestmark = pytest.mark.django_db(transaction=True)

LENGTH = 300_000
FAR = 250_000
DEPTH = 10


@pytest.fixture(scope="module")
def text() -> str:
    sentences = (f"😀 Toll {number} stays, she said, until it goes." for number in range(LENGTH // 40))
    return " ".join(sentences)[:LENGTH]


def claim_at(article: Article, start: int, *, length: int) -> Claim:
    """Save a claim that begins at the first word "Toll" from `start` on and ends with a word."""
    start = article.text.index("Toll", start)
    end = article.text.rindex("stays", start, start + length) + len("stays")
    return make_claim(article=article, content=((start, end),), speaker=make_speaker(f"Speaker {start}"))


@pytest.fixture
def article(db: None, text: str) -> Article:
    return make_article(text=text, title="One paragraph")


def words_of(claim: Claim) -> list[str]:
    text = claim.article.text
    return [text[span.start : span.end] for span in claim.spans.filter(role=SpanRole.CONTENT)]


def test_a_paragraph_as_long_as_a_book_is_reviewed_and_corrected_like_any_other(
    article: Article, open_desk: Callable[..., Page]
) -> None:
    near = claim_at(article, 1_000, length=60)
    far = claim_at(article, FAR, length=60)
    endless = claim_at(article, FAR + 10_000, length=20_000)
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url())
    in_hand(page, near)

    page.keyboard.press("a")

    in_hand(page, far)
    expect(page.locator(f'mark.is-current[data-claims~="{far.pk}"]')).to_be_in_viewport()
    before = words_of(far)[0]
    page.keyboard.press("v")
    said(page, "Caret open")
    page.keyboard.press("Shift+O")
    page.keyboard.press("Enter")
    in_hand(page, endless)
    said(page, "Content changed.")
    assert words_of(far) == [before.rsplit(" ", 1)[0]]

    page.keyboard.press("v")
    said(page, "Caret open")
    page.keyboard.press("Shift+I")
    page.keyboard.press("Enter")
    said(page, "Content changed.")
    assert words_of(endless)[0].split()[0] != "Toll"


def test_a_selection_over_the_parts_of_a_long_paragraph_is_one_piece(
    article: Article, open_desk: Callable[..., Page]
) -> None:
    claim_at(article, FAR, length=60)
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url())
    expect(page.locator(".claim-card.is-current")).to_be_focused()

    start, end = page.evaluate(
        """() => {
            const [one, other] = document.querySelectorAll("#article-text p.text");
            const ends = (node, last) => {
                const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
                let found = walker.nextNode();
                for (let next = found; last && next; next = walker.nextNode()) found = next;
                return found;
            };
            const [from, to] = [ends(one, true), ends(other, false)];
            getSelection().setBaseAndExtent(from, from.data.length - 1, to, 5);
            const points = (text) => [...text].length;
            return [
                Number(one.dataset.start) + points(one.textContent) - 1,
                Number(other.dataset.start) + points(to.data.slice(0, 5)),
            ];
        }"""
    )
    page.keyboard.press("Alt+c")

    said(page, "Claim added.")
    added = Claim.objects.get(origin="editor")
    assert words_of(added) == [article.text[start:end].strip()]


def test_ten_claims_over_each_other_far_into_a_long_paragraph_are_drawn_and_picked(
    article: Article, open_desk: Callable[..., Page]
) -> None:
    nested = [
        claim_at(article, FAR + 60 * depth, length=60 * 2 * (DEPTH - depth) + 60) for depth in range(DEPTH)
    ]
    page = open_desk(role=Role.EDITOR, path=article.get_absolute_url())
    in_hand(page, nested[0])
    innermost = page.locator(f'mark[data-claims~="{nested[-1].pk}"]').first

    picked = set()
    for _ in range(DEPTH):
        innermost.click()
        picked.add(page.locator(".claim-card.is-current").get_attribute("data-claim"))

    assert picked == {str(claim.pk) for claim in nested}
