"""Spans as an editor makes them with the mouse, and how claims that lie over each other are picked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role, SpanRole
from annotations.models import Article, Claim
from tests.builders import make_article, make_claim, make_speaker
from tests.e2e.reviewing import HeldBack, all_saved, in_hand, said

pytestmark = pytest.mark.django_db(transaction=True)

TOLLS = "😀 “Tolls stay,” said Ana Lindqvist, the mayor. “They 👩‍👩‍👧 pay.”"
TEXT = (
    f"{TOLLS}\n\n"
    "She added that the bridge was old, and that nobody liked it.\n\n"
    "“It is late,\n\n"
    "“and it is dark,” Bo Ek said.\n\n"
    'He called it "a fine mess” and left.\n\n'
    "אנה אמרה: “המחירים יעלו מחר” והלכה 😀 הביתה.\n\n"
    "He said she said they said the tolls would stay until the old bridge fell into the river at last."
)
DEPTH = 10

# Where in the window the first words begin and the last ones end, once they are in view.
EDGES = """([words, lastWords]) => {
    const article = document.getElementById("article-text");
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let all = "";
    while (walker.nextNode()) {
        nodes.push([walker.currentNode, all.length]);
        all += walker.currentNode.data;
    }
    const edge = (offset) => {
        const [node, start] = nodes.findLast(([, first]) => first <= offset);
        const range = document.createRange();
        range.setStart(node, offset - start);
        return range;
    };
    const first = edge(all.indexOf(words));
    const last = edge(all.indexOf(lastWords) + lastWords.length - 1);
    last.setEnd(last.startContainer, last.startOffset + 1);
    last.collapse(false);
    first.startContainer.parentElement.scrollIntoView({ block: "center" });
    return [first, last].map((range) => {
        const box = range.getBoundingClientRect();
        return [box.left, box.top + box.height / 2];
    });
}"""


def span(words: str, text: str = TEXT) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


@pytest.fixture
def article(db: None) -> Article:
    article = make_article(text=TEXT, title="Tolls")
    make_claim(article=article, content=(span("“Tolls stay,”"),), speaker=make_speaker("Ana Lindqvist"))
    make_claim(article=article, content=(span("that the bridge was old"),), speaker=make_speaker("Bo Ek"))
    return article


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def drag(page: Page, words: str, *, to: str = "", backwards: bool = False, with_alt: bool = False) -> None:
    """Select the words, as far as the end of the words `to`, by pulling the mouse over them."""
    start, end = page.evaluate(EDGES, [words, to or words])
    (from_x, from_y), (to_x, to_y) = (end, start) if backwards else (start, end)
    if with_alt:
        page.keyboard.down("Alt")
    page.mouse.move(from_x, from_y)
    page.mouse.down()
    page.mouse.move((from_x + to_x) / 2, to_y)
    page.mouse.move(to_x, to_y)
    page.mouse.up()
    if with_alt:
        page.keyboard.up("Alt")


def middle_of(page: Page, words: str) -> tuple[float, float]:
    (left, top), (right, _) = page.evaluate(EDGES, [words, words])
    return (left + right) / 2, top


def words_of(claim: Claim, role: SpanRole = SpanRole.CONTENT) -> list[str]:
    text = claim.article.text
    return [text[each.start : each.end] for each in claim.spans.filter(role=role).order_by("position")]


def first_of(article: Article) -> Claim:
    found = article.claims.in_text_order().first()
    assert found
    return found


@pytest.mark.parametrize(
    ("selected", "meant"),
    [
        ("olls sta", "“Tolls stay,”"),
        ("Tolls stay", "“Tolls stay,”"),
        ("stay,” sai", "stay,” said"),
        (" Ana Lindqvist,", "Ana Lindqvist"),
        ("a fine mess", '"a fine mess”'),
        ("hey 👩‍👩‍👧 pa", "“They 👩‍👩‍👧 pay.”"),
        ("מחירים יעלו מח", "“המחירים יעלו מחר”"),
        ("הלכה 😀 הבי", "והלכה 😀 הביתה"),
    ],
)
def test_half_words_become_whole_and_quotation_marks_come_along(
    page: Page, article: Article, selected: str, meant: str
) -> None:
    first = first_of(article)
    drag(page, selected)
    page.keyboard.press("e")

    said(page, "Content changed.")
    assert words_of(first) == [meant]


def test_a_selection_made_backwards_is_the_same_selection(page: Page, article: Article) -> None:
    first = first_of(article)
    drag(page, "bridge was old, and", backwards=True)
    page.keyboard.press("e")

    said(page, "Content changed.")
    assert words_of(first) == ["bridge was old, and"]


def test_alt_held_while_selecting_keeps_exactly_what_was_selected(page: Page, article: Article) -> None:
    first = first_of(article)
    drag(page, "olls sta", with_alt=True)
    page.keyboard.press("e")

    said(page, "Content changed.")
    assert words_of(first) == ["olls sta"]


def test_alt_counts_although_the_script_of_selections_comes_later(page: Page, article: Article) -> None:
    first = first_of(article)
    held = HeldBack(page, "**/js/selection*.js")
    drag(page, "olls sta", with_alt=True)
    page.keyboard.press("e")
    held.release()

    said(page, "Content changed.")
    assert words_of(first) == ["olls sta"]


def test_alt_held_with_the_key_keeps_exactly_what_was_selected(page: Page, article: Article) -> None:
    first = first_of(article)
    drag(page, "hey 👩‍👩‍👧 pa")
    page.keyboard.press("Alt+e")

    said(page, "Content changed.")
    assert words_of(first) == ["hey 👩‍👩‍👧 pa"]


def test_alt_is_forgotten_with_the_next_selection_even_where_that_ends_beside_the_text(
    page: Page, article: Article
) -> None:
    first = first_of(article)
    drag(page, "olls sta", with_alt=True)
    (x, y), _ = page.evaluate(EDGES, ["ridge was old"] * 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 10, y)
    page.mouse.move(5, y)
    page.mouse.up()
    page.keyboard.press("e")

    said(page, "Content changed.")
    assert words_of(first) == ["She added that the bridge"]


def test_a_double_click_takes_the_word_for_the_claim_in_hand(page: Page, article: Article) -> None:
    first, second = article.claims.in_text_order()
    # Marked as the content of another claim, which stays out of it.
    page.mouse.dblclick(*middle_of(page, "bridge"))
    in_hand(page, first)
    page.keyboard.press("w")

    said(page, "Source changed.")
    assert words_of(first, SpanRole.SOURCE) == ["bridge"]
    assert words_of(second, SpanRole.SOURCE) == []


def test_a_triple_click_takes_the_paragraph(page: Page, article: Article) -> None:
    first = first_of(article)
    page.mouse.click(*middle_of(page, "She added"), click_count=3)
    page.keyboard.press("e")

    said(page, "Content changed.")
    assert words_of(first) == ["She added that the bridge was old, and that nobody liked it."]


def test_each_tool_says_what_the_selected_words_are(page: Page, article: Article) -> None:
    first = first_of(article)
    for words, tool, message in (
        ("They 👩‍👩‍👧 pay", "piece", "Content changed."),
        ("sai", "cue", "Cue changed."),
        ("na Lindqvis", "source", "Source changed."),
        ("nobody liked it", "claim", "Claim added."),
    ):
        drag(page, words)
        page.locator(f"[data-selection={tool}]").click()
        said(page, message)

    assert words_of(first) == ["“Tolls stay,”", "“They 👩‍👩‍👧 pay.”"]
    assert words_of(first, SpanRole.CUE) == ["said"]
    assert words_of(first, SpanRole.SOURCE) == ["Ana Lindqvist"]
    assert words_of(Claim.objects.get(origin="editor")) == ["nobody liked it"]


def test_words_are_cut_out_of_the_content_and_its_pieces_joined_with_the_mouse(
    page: Page, article: Article
) -> None:
    first = first_of(article)
    drag(page, "Tolls stay,” said Ana Lindqvist, the mayor. “They 👩‍👩‍👧 pay.")
    page.locator("[data-selection=content]").click()
    said(page, "Content changed.")
    assert words_of(first) == [TOLLS.removeprefix("😀 ")]

    drag(page, " said Ana Lindqvist, the mayor. ")
    page.locator("[data-selection=cut]").click()
    expect(page.locator(f"#claim-{first.pk}-content .seam")).to_have_count(1)
    all_saved(page)
    assert words_of(first) == ["“Tolls stay,”", "“They 👩‍👩‍👧 pay.”"]

    drag(page, "stay,” said Ana Lindqvist, the mayor. “They")
    page.locator("[data-selection=join]").click()
    expect(page.locator(f"#claim-{first.pk}-content .seam")).to_have_count(0)
    all_saved(page)
    assert words_of(first) == [TOLLS.removeprefix("😀 ")]


def test_a_claim_over_two_paragraphs_is_one_card_with_its_seam(page: Page, article: Article) -> None:
    drag(page, "It is late", to="and it is dark")
    page.keyboard.press("c")

    said(page, "Claim added.")
    added = Claim.objects.get(origin="editor")
    in_hand(page, added)
    assert words_of(added) == ["“It is late,", "“and it is dark,”"]
    card = page.locator(f"#claim-card-{added.pk}")
    expect(card).to_have_count(1)
    expect(card.locator(".quoted")).to_have_text("“It is late, […] “and it is dark,”")
    marks = page.locator(f'mark[data-claims~="{added.pk}"]')
    assert marks.all_text_contents() == ["“It is late,", "“and it is dark,”"]


def test_marks_stand_at_the_right_words_behind_emoji_and_from_right_to_left(
    page: Page, article: Article
) -> None:
    for count, words in enumerate(("They 👩‍👩‍👧 pay", "המחירים יעלו", "הביתה"), start=3):
        drag(page, words)
        page.keyboard.press("c")
        expect(page.locator(".claim-card")).to_have_count(count)
        added = Claim.objects.latest("pk")
        in_hand(page, added)
        marks = page.locator(f'mark[data-claims~="{added.pk}"]')
        assert "".join(marks.all_text_contents()) == words_of(added)[0]


def test_each_of_ten_claims_over_each_other_is_picked_by_further_clicks(
    page: Page, article: Article, open_desk: Callable[..., Page]
) -> None:
    words = TEXT.split("\n\n")[-1].split(" ")
    nested = [
        make_claim(article=article, content=(span(" ".join(words[depth : len(words) - depth])),))
        for depth in range(DEPTH)
    ]
    page.reload()
    mark = page.locator(f'mark[data-claims~="{nested[-1].pk}"]')
    expect(mark).to_have_count(1)

    for claim in [*reversed(nested), nested[-1]]:
        mark.click()
        in_hand(page, claim)

    shown = page.locator(f'mark.is-current[data-claims~="{nested[-1].pk}"]')
    assert "".join(shown.all_text_contents()) == words_of(nested[-1])[0]


def test_each_of_ten_claims_over_each_other_is_reached_and_corrected_by_keyboard(
    page: Page, article: Article
) -> None:
    words = TEXT.split("\n\n")[-1].split(" ")
    nested = [
        make_claim(article=article, content=(span(" ".join(words[depth : len(words) - depth])),))
        for depth in range(DEPTH)
    ]
    page.reload()
    for _ in range(2 + DEPTH - 1):
        page.keyboard.press("j")
    in_hand(page, nested[-1])

    page.keyboard.press("v")
    said(page, "Caret open")
    page.keyboard.press("Shift+O")
    page.keyboard.press("Enter")

    said(page, "Content changed.")
    deepest = words[DEPTH - 1 : len(words) - DEPTH + 1]
    assert words_of(nested[-1]) == [" ".join(deepest[:-1])]
    assert [words_of(claim) for claim in nested[:-1]] == [
        [" ".join(words[depth : len(words) - depth])] for depth in range(DEPTH - 1)
    ]
