"""The review page in a browser: the keys, selections, undo, and what happens when something goes wrong."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import ClaimState, Role, SpanRole
from annotations.domain import review
from annotations.models import Article, Claim, Speaker
from tests.builders import make_claim, make_user
from tests.e2e.reviewing import TEXT, HeldBack, all_saved, claims, in_hand, make_tolls, said, states

pytestmark = pytest.mark.django_db(transaction=True)

SELECT = """([words, nth]) => {
    const article = document.getElementById("article-text");
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let all = "";
    while (walker.nextNode()) {
        nodes.push([walker.currentNode, all.length]);
        all += walker.currentNode.data;
    }
    let at = -1;
    for (let i = 0; i <= nth; i += 1) at = all.indexOf(words, at + 1);
    if (at < 0) return false;
    const place = (offset) => {
        const [node, start] = nodes.findLast(([, first]) => first <= offset);
        return [node, offset - start];
    };
    const range = document.createRange();
    range.setStart(...place(at));
    const [node, offset] = place(at + words.length - 1);
    range.setEnd(node, offset + 1);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return true;
}"""


@pytest.fixture
def article(db: None) -> Article:
    return make_tolls()


@pytest.fixture
def page(open_desk: Callable[..., Page], article: Article) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path=article.get_absolute_url())


def select(page: Page, words: str, *, nth: int = 0) -> None:
    """Select words of the article as a mouse would."""
    found = page.evaluate(SELECT, [words, nth])
    assert found


def content_of(claim: Claim) -> list[str]:
    return [TEXT[span.start : span.end] for span in claim.spans.filter(role=SpanRole.CONTENT)]


def test_an_article_is_reviewed_without_the_mouse(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    in_hand(page, first)

    page.keyboard.press("a")
    in_hand(page, second)
    said(page, "Accepted. 2 left.")
    page.keyboard.press(".")
    in_hand(page, third)
    said(page, "Given to Ana Lindqvist. 1 left.")
    page.keyboard.press("x")
    said(page, "All claims of this article are decided.")

    assert [(c.state, str(c.speaker)) for c in claims(article)] == [
        ("accepted", "Ana Lindqvist"),
        ("corrected", "Ana Lindqvist"),
        ("rejected", "Bo Ek"),
    ]
    article.refresh_from_db()
    assert article.state == "reviewed"


def test_a_digit_gives_the_claim_to_that_chip(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    chip = page.locator(f"#claim-card-{first.pk} .speaker-chip", has_text="Bo Ek")

    page.keyboard.press((chip.locator("kbd").text_content() or "").strip())

    in_hand(page, second)
    expect(page.locator(f"#claim-card-{first.pk} .claim-speaker")).to_contain_text("Bo Ek")
    assert claims(article)[0].state == ClaimState.CORRECTED


def test_the_speaker_box_takes_the_first_name_offered(page: Page, article: Article) -> None:
    first, second, _ = claims(article)

    page.keyboard.press("s")
    expect(page.locator(f"#speaker-name-{first.pk}")).to_be_focused()
    page.keyboard.type("cle")
    # At once, before the list can have come: half a name must not become a new speaker.
    page.keyboard.press("Enter")

    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Cleo Ros"
    assert Speaker.objects.count() == 3


def test_a_new_name_makes_a_speaker_and_undo_takes_it_away(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.keyboard.press("s")
    page.keyboard.type("Dag Ås")
    expect(page.locator(f"#speaker-options-{first.pk}")).to_contain_text("New speaker “Dag Ås”")
    page.keyboard.press("Enter")
    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Dag Ås"

    page.keyboard.press("z")
    in_hand(page, first)
    said(page, "Undone: assign speaker.")
    assert not Speaker.objects.filter(name="Dag Ås").exists()

    page.keyboard.press("Shift+Z")
    said(page, "Done again: assign speaker.")
    assert str(claims(article)[0].speaker) == "Dag Ås"


def test_an_order_chosen_before_htmx_has_come_waits_for_it(page: Page, article: Article) -> None:
    page.wait_for_load_state("networkidle")
    held = HeldBack(page, "**/htmx-2.min.*")
    with page.expect_request("**/htmx-2.min.*"):
        page.reload()
    page.evaluate("window.isSamePage = true")
    page.locator("#order-least-sure").click()

    held.release()

    said(page, "Least sure first. 3 left.")
    expect(page.locator("#order-least-sure")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.isSamePage")


def test_a_name_typed_before_htmx_has_come_is_looked_up_when_it_has(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.wait_for_load_state("networkidle")
    held = HeldBack(page, "**/htmx-2.min.*")
    with page.expect_request("**/htmx-2.min.*"):
        page.reload()
    in_hand(page, first)
    page.keyboard.press("s")
    page.keyboard.type("cleo")
    expect(page.locator(f"#speaker-name-{first.pk}")).to_have_value("cleo")

    held.release()

    expect(page.locator(f"#speaker-options-{first.pk}")).to_contain_text("Cleo Ros")
    page.keyboard.press("Enter")
    in_hand(page, second)
    all_saved(page)
    assert str(claims(article)[0].speaker) == "Cleo Ros"


def test_undo_survives_a_reload(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.keyboard.press("a")
    in_hand(page, second)
    all_saved(page)
    page.reload()

    page.keyboard.press("z")

    in_hand(page, first)
    all_saved(page)
    assert claims(article)[0].state == ClaimState.SUGGESTED


def test_no_key_acts_while_a_text_field_has_the_focus(page: Page, article: Article) -> None:
    page.keyboard.press("s")
    page.keyboard.type("axz.]")

    assert [claim.state for claim in claims(article)] == ["suggested"] * 3
    expect(page.locator(f"#speaker-name-{claims(article)[0].pk}")).to_have_value("axz.]")


def test_j_k_and_n_walk_through_the_claims(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    review.accept_claim(claim=second, by=make_user(), version=1)
    page.reload()

    page.keyboard.press("j")
    in_hand(page, second)
    page.keyboard.press("k")
    in_hand(page, first)
    page.keyboard.press("n")
    in_hand(page, third)


def test_the_keys_follow_the_order_in_which_the_least_sure_come_first(page: Page, article: Article) -> None:
    first, second, third = claims(article)
    for claim, confidence in ((first, 0.95), (second, 0.3), (third, 0.6)):
        Claim.objects.filter(pk=claim.pk).update(confidence=confidence)
    page.locator("#order-least-sure").focus()

    page.keyboard.press("Enter")

    said(page, "Least sure first. 3 left.")
    expect(page.locator("#order-least-sure")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#order-least-sure")).to_be_focused()
    expect(page).to_have_url(re.compile(rf"order=least-sure.*claim={second.pk}"))
    page.keyboard.press("j")
    in_hand(page, third)
    page.keyboard.press("k")
    in_hand(page, second)
    page.keyboard.press("a")
    in_hand(page, third)
    page.keyboard.press("n")
    in_hand(page, first)
    all_saved(page)

    page.reload()
    cards = page.locator(".claim-card").evaluate_all(
        "nodes => nodes.map((node) => Number(node.dataset.claim))"
    )
    assert cards == [third.pk, first.pk, second.pk]


def test_n_fetches_the_next_suggested_claim_where_the_page_holds_others(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    end = len(TEXT) - 1
    for _ in range(60):
        make_claim(article=article, content=((end - 8, end),), state=ClaimState.ACCEPTED.value)
    far = make_claim(article=article, content=((end - 4, end),))
    for claim in claims(article)[:3]:
        review.accept_claim(claim=claim, by=make_user(), version=1)
    page.goto(f"{page.url.partition('?')[0]}?claim={first.pk}")
    in_hand(page, first)

    page.keyboard.press("n")

    in_hand(page, far)


def test_j_and_k_go_on_where_the_page_holds_no_further_claims(page: Page, article: Article) -> None:
    end = len(TEXT) - 1
    for _ in range(60):
        make_claim(article=article, content=((end - 8, end),), state=ClaimState.ACCEPTED.value)
    everyone = claims(article)
    page.goto(f"{page.url.partition('?')[0]}?claim={everyone[30].pk}")
    in_hand(page, everyone[30])
    shown = page.locator(".claim-card").evaluate_all("nodes => nodes.map((node) => node.dataset.claim)")
    edge = next(at for at, claim in enumerate(everyone) if str(claim.pk) == shown[0])
    assert edge > 0
    page.locator(f"#claim-card-{everyone[edge].pk}").focus()

    page.keyboard.press("k")

    in_hand(page, everyone[edge - 1])
    last = int(page.locator(".claim-card").last.get_attribute("data-claim") or 0)
    edge = next(at for at, claim in enumerate(everyone) if claim.pk == last)
    assert edge < len(everyone) - 1
    page.evaluate(f"document.getElementById('claim-card-{last}').focus({{ preventScroll: true }})")
    page.keyboard.press("j")
    in_hand(page, everyone[edge + 1])


def test_a_kind_key_changes_the_kind_and_keeps_the_claim_in_hand(page: Page, article: Article) -> None:
    first, *_ = claims(article)

    page.keyboard.press("i")

    said(page, "Now indirect.")
    in_hand(page, first)
    assert claims(article)[0].kind == "indirect"


def test_a_claim_is_added_from_a_selection_behind_an_emoji(page: Page, article: Article) -> None:
    select(page, "said Ana Lindqvist")
    page.keyboard.press("c")

    said(page, "Claim added.")
    added = Claim.objects.get(origin="editor")
    in_hand(page, added)
    assert content_of(added) == ["said Ana Lindqvist"]
    expect(page.locator(f'mark[data-claims~="{added.pk}"]').first).to_have_text("said Ana Lindqvist")


def test_content_cue_and_source_come_from_selections(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    for words, key, message in (
        ("Tolls stay", "e", "Content changed."),
        ("“nothing”", "Shift+E", "Content changed."),
        ("said", "q", "Cue changed."),
        ("She", "w", "Source changed."),
    ):
        select(page, words)
        page.keyboard.press(key)
        said(page, message)

    assert content_of(first) == ["“Tolls stay,”", "“nothing”"]
    first.refresh_from_db()
    roles = {span.role: TEXT[span.start : span.end] for span in first.spans.exclude(role="content")}
    assert (roles, first.source_form, first.kind) == ({"cue": "said", "source": "She"}, "pronoun", "direct")
    expect(page.locator(f'#paragraph-2 mark.mark-source[data-claims~="{first.pk}"]')).to_have_text("She")


def test_each_key_takes_what_was_selected_when_it_was_pressed(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    select(page, "Tolls stay")
    page.keyboard.press("e")
    said(page, "Content changed.")

    select(page, "“nothing”")
    press = "(key) => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    page.evaluate(f"() => {{ const press = {press}; press('E'); ({SELECT})(['said', 0]); press('q'); }}")

    said(page, "Cue changed.")
    all_saved(page)
    assert content_of(first) == ["“Tolls stay,”", "“nothing”"]
    assert [TEXT[span.start : span.end] for span in first.spans.filter(role=SpanRole.CUE)] == ["said"]


def test_an_answer_takes_away_nothing_that_is_selected(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    held = HeldBack(page, "**/claims/*/spans")
    select(page, "Tolls stay")
    with page.expect_request("**/claims/*/spans"):
        page.keyboard.press("e")
    select(page, "said")

    held.release()

    all_saved(page)
    assert page.evaluate("String(window.getSelection())") == "said"
    page.keyboard.press("q")
    said(page, "Cue changed.")
    assert [TEXT[span.start : span.end] for span in first.spans.filter(role=SpanRole.CUE)] == ["said"]


def test_a_selection_in_boilerplate_is_refused_in_one_sentence(
    page: Page, article: Article, complaints: object
) -> None:
    complaints.allow("400")  # type: ignore[attr-defined] # the fixture's own class
    select(page, "Support our reporting")
    page.keyboard.press("c")

    said(page, "turn this paragraph back into body first")
    assert Claim.objects.count() == 3


def test_a_claim_of_one_s_own_can_be_deleted_and_brought_back(page: Page, article: Article) -> None:
    select(page, "said Ana")
    page.keyboard.press("c")
    said(page, "Claim added.")
    added = Claim.objects.get(origin="editor")
    page.locator(f"#claim-card-{added.pk} summary").click()
    page.locator(f"#delete-{added.pk}").click()
    said(page, "Claim deleted.")
    assert not Claim.objects.filter(pk=added.pk).exists()

    page.keyboard.press("z")

    in_hand(page, added)
    assert content_of(Claim.objects.get(pk=added.pk)) == ["said Ana"]


def test_a_double_click_decides_once(page: Page, article: Article) -> None:
    first, *_ = claims(article)

    page.locator(f"#accept-{first.pk}").dblclick()

    said(page, "Accepted.")
    first.refresh_from_db()
    assert (first.state, first.version) == (ClaimState.ACCEPTED, 2)


def test_the_back_button_shows_the_claims_as_they_stand(page: Page, article: Article) -> None:
    first, second, _ = claims(article)
    page.keyboard.press("a")
    in_hand(page, second)
    all_saved(page)
    page.locator(".breadcrumb a").first.click()
    expect(page).to_have_url(re.compile("/articles"))

    page.go_back()

    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("Accepted")
    assert Claim.objects.count() == 3


def test_a_page_that_the_browser_had_put_aside_is_loaded_anew(page: Page, article: Article) -> None:
    first, *_ = claims(article)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)

    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("Rejected")


def test_a_button_stays_under_the_mouse_that_presses_it(page: Page, article: Article) -> None:
    _, second, third = claims(article)
    page.set_viewport_size({"width": 1280, "height": 480})
    page.keyboard.press("j")
    page.keyboard.press("j")
    in_hand(page, third)
    button = page.locator(f"#reject-{second.pk}")
    column = page.locator(".claims-column")
    # The card's head is out of view, where taking the card would bring it back.
    column.evaluate("(column, to) => { column.scrollTop += to }", button.bounding_box()["y"] - 120)
    box = button.bounding_box()

    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    for _ in range(3):  # frames, in which a card is brought into view
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert button.bounding_box() == box
    page.mouse.up()

    all_saved(page)
    in_hand(page, third)
    assert states(article) == ["suggested", "rejected", "suggested"]


def test_boilerplate_is_turned_back_into_body_with_one_click(page: Page, article: Article) -> None:
    page.locator("#paragraph-4 button").click()

    expect(page.locator("#paragraph-4")).to_have_class(re.compile("region-body"))
    assert article.paragraphs.get(index=4).region == "body"


def test_two_people_see_each_other(page: Page, article: Article, open_desk: Callable[..., Page]) -> None:
    other = open_desk(role=Role.ANNOTATOR, username="bo", path=article.get_absolute_url())

    expect(other.locator("#presence")).to_have_text("Also here: edith")


def test_the_keys_are_listed(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_text_on_the_page_is_the_article_s_text(page: Page, article: Article) -> None:
    shown = page.locator("p.text").evaluate_all("nodes => nodes.map((node) => node.textContent)")

    assert "\n\n".join(shown) == TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_serious_fault(page: Page, axe: Callable[[Page], None], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two literals
    axe(page)


def test_a_viewer_sees_the_claims_and_no_controls(open_desk: Callable[..., Page], article: Article) -> None:
    page = open_desk(role=Role.VIEWER, path=article.get_absolute_url())

    expect(page.locator(".claim-card")).to_have_count(3)
    expect(page.locator("main button:not(#show-keys):not(#close-keys)")).to_have_count(0)
