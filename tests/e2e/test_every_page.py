"""Every page, light and dark, wide and narrow: no serious fault, the policy kept, no sideways scroll.

The list is made from the URL configuration, so that a new page is under these tests by itself.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern
from playwright.sync_api import Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from annotations.choices import ProposalState, Role, UploadState
from annotations.models import Proposal, Reannotation, ReannotationTally, Upload, UploadItem, User
from annotations.urls import urlpatterns
from tests.builders import make_article, make_claim, make_mention, make_set, make_speaker, make_user

pytestmark = pytest.mark.django_db(transaction=True)

NARROW: ViewportSize = {"width": 390, "height": 844}
DOCTYPE = b"<!doctype html>"


def fill_the_desk(person: User) -> dict[str, int]:
    """Make rows for every page, and return the id that each page's address takes."""
    article = make_article(text="“Tolls stay,” said Ana Lindqvist.\n\nSubscribe now.", outlet="The Gazette")
    article.paragraphs.filter(index=2).update(region="boilerplate")
    speaker, other = make_speaker("Ana Lindqvist", role="mayor"), make_speaker("Ana Lindqvist-Berg")
    make_mention(article=article, start=19, end=32, speaker=speaker)
    make_claim(article=article, content=((0, 13),), cue=((14, 18),), source=((19, 32),), speaker=speaker)
    make_claim(article=article, content=((19, 32),), speaker=other, state="rejected", confidence=0.5)
    make_article(state="failed", failure="Pre-annotation failed three times.", title="Failed")
    article_set = make_set("Bridge", articles=(article,))
    upload = Upload.objects.create(uploaded_by=person, article_set=article_set)
    table = {"columns": ["A"], "mapping": {"text": "A"}, "sample": [["x"]], "row_count": 1}
    for state in UploadState:
        UploadItem.objects.create(
            upload=upload, name=f"{state}.txt", state=state.value, message="What happened.", columns=table
        )
    told = {"content": [[0, 13]], "speaker": "Ana Lindqvist", "kind": "direct", "percent": 80}
    change = {"claim": 1, "text": [[0, 13]], "before": {"speaker": ""}, "after": {"speaker": "Bo Ek"}}
    asked = Reannotation.objects.create(pipeline="new 2", requested_by=person, is_filled=True)
    Proposal.objects.create(
        article=article,
        reannotation=asked,
        state=ProposalState.READY.value,
        changes={"added": [told], "removed": [{"claim": 2, **told}], "changed": [change]},
    )
    for state in ProposalState:
        ReannotationTally.objects.create(reannotation=asked, state=state.value, articles=1)
    return {
        "articles": article.pk,
        "reannotations": asked.pk,
        "sets": article_set.pk,
        "speakers": speaker.pk,
        "uploads": upload.pk,
    }


def pages_of(person: User) -> list[str]:
    """Return the address of each page that the person can open: all that answer with a whole document."""
    ids = fill_the_desk(person)
    client = Client()
    client.force_login(person)
    addresses = [_address(pattern, ids) for pattern in urlpatterns]
    answers = {address: client.get(address) for address in addresses if address}
    return [
        address
        for address, answer in answers.items()
        if answer.status_code == 200
        and not answer.streaming
        and answer.content.lstrip()[: len(DOCTYPE)].lower() == DOCTYPE
    ]


def _address(pattern: URLPattern, ids: dict[str, int]) -> str | None:
    route = str(pattern.pattern)
    noun = route.partition("/")[0]
    address = "/" + route.replace("<int:pk>", str(ids.get(noun, 0)))
    return None if "<" in address else address


@pytest.fixture
def person(db: None) -> User:
    return make_user(role=Role.ADMIN, username="ada")


def test_the_list_of_pages_is_whole(person: User) -> None:
    pages = pages_of(person)

    for expected in ("/", "/articles", "/upload", "/speakers", "/sets", "/export", "/people", "/account"):
        assert expected in pages
    assert sum("review" in page for page in pages) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault(
    open_desk: Callable[..., Page],
    person: User,
    live_server: LiveServer,
    axe: Callable[[Page], None],
    scheme: str,
) -> None:
    pages = pages_of(person)
    page = open_desk(role=Role.ADMIN)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two literals
    for address in pages:
        page.goto(live_server.url + address)
        axe(page)
    page.context.clear_cookies()
    page.goto(live_server.url + "/log-in")
    axe(page)


def test_no_page_scrolls_sideways_on_a_phone(
    open_desk: Callable[..., Page], person: User, live_server: LiveServer
) -> None:
    pages = pages_of(person)
    page = open_desk(role=Role.ADMIN)
    page.set_viewport_size(NARROW)

    too_wide = []
    for address in pages:
        page.goto(live_server.url + address)
        if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
            too_wide.append(address)

    assert too_wide == []
