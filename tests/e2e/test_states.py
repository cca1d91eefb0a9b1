"""Each state of a page in light, in dark and with more contrast: no serious fault, and no sideways scroll.

The pages as they usually are stand under the tests of `test_every_page`.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import ArticleState, Role, RunState
from annotations.domain import review
from annotations.models import AnnotationRun, Article
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user
from tests.e2e.reviewing import claims, in_hand, make_tolls

pytestmark = pytest.mark.django_db(transaction=True)

OpenDesk = Callable[..., Page]
LONG_TITLE = (
    "Ministers weigh whether the bridge over the sound should stay open to lorries through the winter storms"
)


def decided() -> Article:
    """Save an article whose claims are all decided."""
    article = make_tolls()
    for claim in claims(article):
        review.accept_claim(claim=claim, by=make_user(), version=1)
    return article


def empty_desk(open_desk: OpenDesk) -> Page:
    page = open_desk()
    expect(page.get_by_role("heading", name="No articles yet")).to_be_visible()
    return page


def empty_set(open_desk: OpenDesk) -> Page:
    page = open_desk(path=make_set("Crossings").get_absolute_url())
    expect(page.locator(".empty")).to_be_visible()
    return page


def loading(open_desk: OpenDesk) -> Page:
    article = make_article(state=ArticleState.ANNOTATING.value)
    AnnotationRun.objects.create(article=article, state=RunState.RUNNING.value)
    page = open_desk(path=article.get_absolute_url())
    expect(page.locator("#run-status")).to_contain_text("under way")
    return page


def failed(open_desk: OpenDesk) -> Page:
    article = make_article(state=ArticleState.FAILED.value, failure="The worker ran out of memory.")
    page = open_desk(path=article.get_absolute_url())
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    return page


def conflict(open_desk: OpenDesk) -> Page:
    article = make_tolls()
    page = open_desk(path=article.get_absolute_url())
    first, *_ = claims(article)
    in_hand(page, first)
    review.reject_claim(claim=first, by=make_user(username="bo"), version=1)
    page.keyboard.press("a")
    expect(page.locator(f"#mine-{first.pk}")).to_be_visible()
    return page


def offer(open_desk: OpenDesk) -> Page:
    text = "Ana Lindqvist met Bo Ek.\n\n“A,” she said.\n\n“B,” she said."
    article = make_article(text=text)
    ana, bo = make_speaker("Ana Lindqvist"), make_speaker("Bo Ek")
    for letter in "AB":
        start = text.index(f"“{letter},”")
        make_claim(
            article=article, content=((start, start + 4),), source=((start + 5, start + 8),), speaker=bo
        )
    page = open_desk(path=article.get_absolute_url())
    page.locator(f"#speaker-name-{claims(article)[0].pk}").fill(ana.name)
    page.keyboard.press("Enter")
    expect(page.locator("#take-chain")).to_be_visible()
    return page


def names_offered(open_desk: OpenDesk) -> Page:
    page = open_desk(path=make_tolls().get_absolute_url())
    page.keyboard.press("s")
    page.keyboard.type("an")
    expect(page.locator(".speaker-options button").last).to_contain_text("New speaker")
    return page


def keys_listed(open_desk: OpenDesk) -> Page:
    page = open_desk(path=make_tolls().get_absolute_url())
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    return page


def done(open_desk: OpenDesk) -> Page:
    make_claim(article=make_article(title=LONG_TITLE))
    page = open_desk(path=decided().get_absolute_url())
    expect(page.locator("#go-on")).to_contain_text("Ministers weigh")
    return page


def end_of_the_queue(open_desk: OpenDesk) -> Page:
    crossings = make_set("Crossings", articles=(decided(),))
    page = open_desk(path=f"/queue/end?set={crossings.pk}")
    expect(page.locator("h1")).to_have_text("No work is left")
    return page


STATES = (
    empty_desk,
    empty_set,
    loading,
    failed,
    conflict,
    offer,
    names_offered,
    keys_listed,
    done,
    end_of_the_queue,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_state_of_a_page_has_a_serious_fault(
    open_desk: OpenDesk, axe: Callable[[Page], None], state: Callable[[OpenDesk], Page]
) -> None:
    page = state(lambda **asked: open_desk(role=Role.EDITOR, **asked))

    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.emulate_media(color_scheme="dark", contrast="more")
    axe(page)
    page.emulate_media(color_scheme="light", contrast="more")
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = page.locator(".button, button").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"
    )
    assert cut == [], "words are cut off"
