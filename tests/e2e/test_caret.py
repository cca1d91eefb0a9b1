"""Spans corrected by keyboard alone: other contents, edges, the caret in the text, pieces cut and joined."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role, SpanRole
from annotations.models import Article, Claim
from annotations.queries.alternatives import other_contents
from tests.builders import make_article, make_claim, make_speaker
from tests.e2e.reviewing import in_hand

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = (
    "😀 “Tolls stay,” said Ana Lindqvist, the mayor. “They 👩‍👩‍👧 pay.”\n\n"
    "She added that the bridge was old, and that nobody liked it. Nobody else spoke.\n\n"
    "“It is late,” Bo Ek said."
)


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


@pytest.fixture
def article(db: None) -> Article:
    article = make_article(text=TEXT, title="Tolls")
    ana, bo = make_speaker("Ana Lindqvist"), make_speaker("Bo Ek")
    make_claim(article=article, content=(span("“Tolls stay,”"), span("“They 👩‍👩‍👧 pay.”")), speaker=ana)
    make_claim(
        article=article, content=(span("that the bridge was old,"),), cue=(span("added"),), speaker=ana
    )
    make_claim(article=article, content=(span("“It is late,” Bo Ek"),), cue=(span("said."),), speaker=bo)
    return article


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def claims(article: Article) -> list[Claim]:
    return list(article.claims.in_text_order().select_related("article").prefetch_related("spans"))


def words_of(claim: Claim, role: SpanRole = SpanRole.CONTENT) -> list[str]:
    return [TEXT[span.start : span.end] for span in claim.spans.filter(role=role).order_by("position")]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def open_caret(page: Page, claim: Claim) -> None:
    """Take the claim in hand and open the caret on it."""
    while claim.pk != int(page.locator(".claim-card.is-current").get_attribute("data-claim") or 0):
        page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.locator("#other-contents")).to_be_visible()
    said(page, "Caret open")


def said(page: Page, message: str) -> None:
    expect(page.locator("#status")).to_contain_text(message)


def shown(page: Page) -> list[str]:
    """Return what the caret shows as selected."""
    found: list[str] = page.evaluate(
        "[...CSS.highlights.get('caret-content')].map((range) => range.toString())"
    )
    return found


def test_a_number_takes_another_content_and_goes_on(page: Page, article: Article) -> None:
    _, second, third = claims(article)
    whole = "that the bridge was old, and that nobody liked it"
    others = [other.spans for other in other_contents(second)]
    number = others.index("-".join(map(str, span(whole)))) + 1
    open_caret(page, second)

    press(page, str(number))

    in_hand(page, third)
    said(page, "Content changed.")
    assert words_of(second) == [whole]
    expect(page.locator("#other-contents")).to_be_hidden()


def test_the_key_shows_one_other_content_after_the_other_and_enter_takes_it(
    page: Page, article: Article
) -> None:
    _, second, third = claims(article)
    others = [other.spans for other in other_contents(second)]
    open_caret(page, second)

    press(page, "v")
    expect(page.locator("#other-content-1")).to_have_attribute("aria-pressed", "true")
    press(page, "v")
    expect(page.locator("#other-content-2")).to_have_attribute("aria-pressed", "true")
    press(page, "Enter")

    in_hand(page, third)
    said(page, "Content changed.")
    stored = ";".join(f"{s.start}-{s.end}" for s in second.spans.filter(role="content"))
    assert stored == others[1]


def test_backwards_the_last_content_is_shown_first(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    count = len(other_contents(second))
    open_caret(page, second)

    press(page, "Shift+V")
    expect(page.locator(f"#other-content-{count}")).to_have_attribute("aria-pressed", "true")
    press(page, "Shift+V")
    expect(page.locator(f"#other-content-{count - 1}")).to_have_attribute("aria-pressed", "true")


def test_keys_that_come_before_the_offers_are_not_lost(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    others = [other.spans for other in other_contents(first)]

    press(page, "v", "1")

    in_hand(page, second)
    said(page, "Content changed.")
    assert ";".join(f"{s.start}-{s.end}" for s in first.spans.filter(role="content")) == others[0]


def test_the_edges_move_by_clause_and_by_word(page: Page, article: Article) -> None:
    _, second, third = claims(article)
    open_caret(page, second)

    press(page, "p")
    assert shown(page) == ["that the bridge was old, and"]
    press(page, "p", "I")
    assert shown(page) == ["the bridge was old, and that nobody liked it"]
    press(page, "o", "O")
    assert shown(page) == ["the bridge was old"]
    press(page, "U", "Enter")

    in_hand(page, third)
    said(page, "Content changed.")
    assert words_of(second) == ["that the bridge was old"]


def test_the_caret_moves_and_extends_by_word_sentence_and_paragraph(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    open_caret(page, second)

    press(page, "ArrowDown")
    assert shown(page) == []
    press(page, "Shift+ArrowRight", "Shift+ArrowRight")
    assert shown(page) == ["Nobody else"]
    press(page, "Shift+ArrowDown")
    assert shown(page) == ["Nobody else spoke."]
    press(page, "PageDown", "Shift+ArrowRight", "w")  # “It

    said(page, "Source changed.")
    in_hand(page, second)
    assert words_of(second, SpanRole.SOURCE) == ["It"]


def test_a_selection_grows_backwards_from_the_caret(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    open_caret(page, second)

    press(page, "ArrowLeft", "Shift+ArrowLeft", "q")

    said(page, "Cue changed.")
    assert words_of(second, SpanRole.CUE) == ["added"]


def test_a_new_claim_is_made_with_the_keyboard_alone(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    open_caret(page, second)

    press(page, "ArrowDown", "Shift+ArrowDown", "c")

    said(page, "Claim added.")
    assert words_of(Claim.objects.get(origin="editor")) == ["Nobody else spoke."]


def test_words_are_cut_out_of_the_content_with_one_key(page: Page, article: Article) -> None:
    *_, third = claims(article)
    open_caret(page, third)

    press(page, "ArrowRight", "Shift+ArrowLeft", "Shift+ArrowLeft", "-")

    said(page, "Content changed.")
    in_hand(page, third)
    assert words_of(third) == ["“It is late,”"]


def test_a_piece_is_cut_at_the_caret_and_joined_again(page: Page, article: Article) -> None:
    _, second, _ = claims(article)
    open_caret(page, second)
    press(page, "ArrowLeft", "ArrowRight", "ArrowRight", "-")
    said(page, "Content changed.")
    assert words_of(second) == ["that", "the bridge was old,"]

    open_caret(page, second)
    press(page, "+")

    expect(page.locator(f"#claim-{second.pk}-content")).to_have_text("that the bridge was old,")
    assert words_of(second) == ["that the bridge was old,"]


def test_pieces_and_offsets_hold_behind_emoji_and_inside_them(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    open_caret(page, first)
    assert shown(page) == ["“Tolls stay,”", "“They 👩‍👩‍👧 pay.”"]

    press(page, "O", "Enter")

    in_hand(page, second)
    said(page, "Content changed.")
    assert words_of(first) == ["“Tolls stay,”", "They"]


def test_escape_leaves_without_a_change_and_keeps_the_focus(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    open_caret(page, first)
    press(page, "v", "U", "Escape")

    in_hand(page, first)
    said(page, "Nothing was changed.")
    expect(page.locator("#other-contents")).to_be_hidden()
    first.refresh_from_db()
    assert first.version == 1
    press(page, "j")
    in_hand(page, claims(article)[1])


def test_what_can_not_be_cut_is_said_and_changes_nothing(
    page: Page, article: Article, complaints: object
) -> None:
    complaints.allow("400")  # type: ignore[attr-defined] # the fixture's own class
    _, second, _ = claims(article)
    open_caret(page, second)

    press(page, "PageUp", "-")

    said(page, "There is nothing to cut here")
    second.refresh_from_db()
    assert second.version == 1


def test_the_caret_works_without_a_network(page: Page, article: Article, complaints: object) -> None:
    offline = "ERR_INTERNET_DISCONNECTED|next_article.js"
    complaints.allow(offline)  # type: ignore[attr-defined] # the fixture's own class
    first, second, third = claims(article)
    open_caret(page, first)
    press(page, "Escape", "j")
    in_hand(page, second)
    page.context.set_offline(True)

    press(page, "v")
    said(page, "Caret open. Now: that the bridge was old")
    press(page, "I", "Enter")
    in_hand(page, third)
    page.context.set_offline(False)

    expect(page.locator("#saved")).to_have_text("All saved")
    assert words_of(second) == ["the bridge was old"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_caret_has_no_serious_fault(
    page: Page, article: Article, axe: Callable[[Page], None], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two literals
    open_caret(page, claims(article)[1])

    axe(page)
