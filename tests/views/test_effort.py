"""What steps cost, from the header of a step to the desk page, and the two switches."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.choices import ClaimOrigin, Role
from annotations.domain import history
from annotations.models import Article, Claim, DeskSettings, StepEffort, User
from annotations.queries.effort import ENOUGH
from tests.builders import make_article, make_claim, make_user
from tests.views.requests import HTMX, url

pytestmark = pytest.mark.django_db

DESK = reverse("annotations:desk")
ACCOUNT = reverse("annotations:account")
PEOPLE = reverse("annotations:people")
OWN = reverse("annotations:account-counting")
DESKS = reverse("annotations:desk-counting")


@pytest.fixture
def claim(db: None) -> Claim:
    return make_claim()


def accept(client: Client, claim: Claim, effort: str, *, key: str = "one", version: int = 1) -> int:
    """Accept the claim as the page does, and return the status of the answer."""
    headers = HTMX | {"Step-Key": key, "Step-Effort": effort}
    answer = client.post(url("claim-accept", claim.pk), {"version": version, "key": key}, headers=headers)
    return answer.status_code


def kept() -> list[tuple[float, int]]:
    return list(StepEffort.objects.values_list("seconds", "keys"))


def decide(by: User, number: int, *, seconds: float, keys: int, **fields: str) -> None:
    article = make_article()
    for _ in range(number):
        claim = make_claim(article=article, **fields)
        step = history.record(verb="accept", by=by, article=article, claim_id=claim.pk)
        StepEffort.objects.create(revision=step, seconds=seconds, keys=keys)


def test_a_step_brings_what_it_cost(editor_client: Client, claim: Claim) -> None:
    assert accept(editor_client, claim, "3.4;2") == 200

    assert kept() == [(3.4, 2)]


def test_a_step_sent_twice_costs_once(editor_client: Client, claim: Claim) -> None:
    assert [accept(editor_client, claim, "3.4;2") for _ in range(2)] == [200, 200]

    assert kept() == [(3.4, 2)]


@pytest.mark.parametrize(
    "effort",
    [
        "", ";", "3", "3;", ";3", "-1;2", "1;-2", "nan;1", "inf;1", "-inf;1", "1e400;1", "1;1e3", "1;2.5",
        "99999;1", "1;99999", "one;two", "1;2;3", "9" * 5_000 + ";1", "1;" + "9" * 5_000, "\x00;1", "1,5;2",
    ],
)  # fmt: skip
def test_a_cost_that_cannot_be_is_dropped_and_its_step_is_done(
    editor_client: Client, claim: Claim, effort: str
) -> None:
    assert accept(editor_client, claim, effort) == 200

    claim.refresh_from_db()
    assert claim.state == "accepted"
    assert kept() == []


def test_a_step_that_was_refused_costs_nothing(editor_client: Client, claim: Claim) -> None:
    assert accept(editor_client, claim, "3.4;2", version=7) == 409

    assert kept() == []


def test_a_stranger_brings_nothing(client: Client, claim: Claim) -> None:
    assert accept(client, claim, "3.4;2") in {200, 302}

    assert kept() == []


def test_who_said_no_is_not_counted_and_not_asked(editor_client: Client, claim: Claim) -> None:
    page = url("review", claim.article_id)
    assert "data-counts-effort" in editor_client.get(page).content.decode()
    accept(editor_client, claim, "3.4;2")

    answer = editor_client.post(OWN, {}, follow=True)

    assert "is not counted any more, and what was counted of them is deleted" in answer.content.decode()
    assert "Yours are not counted." in answer.content.decode()
    assert kept() == []
    assert "data-counts-effort" not in editor_client.get(page).content.decode()
    accept(editor_client, claim, "3.4;2", key="two", version=2)
    assert kept() == []


def test_who_changes_their_mind_is_counted_again(editor_client: Client, claim: Claim) -> None:
    editor_client.post(OWN, {})

    answer = editor_client.post(OWN, {"counts_effort": "on"}, follow=True)

    assert "Yours are counted." in answer.content.decode()
    accept(editor_client, claim, "3.4;2")
    assert kept() == [(3.4, 2)]


def test_a_viewer_is_asked_nothing_about_reviewing(client: Client) -> None:
    client.force_login(make_user(role=Role.VIEWER))

    assert OWN not in client.get(ACCOUNT).content.decode()


def test_an_admin_ends_counting_for_everybody(client: Client, claim: Claim) -> None:
    decide(make_user(), ENOUGH, seconds=1, keys=1, state="accepted")
    client.force_login(make_user(role=Role.ADMIN))
    assert "What the pre-annotation saved" in client.get(DESK).content.decode()

    answer = client.post(DESKS, {}, follow=True)

    assert "This desk does not count." in answer.content.decode()
    assert kept() == []
    assert "What the pre-annotation saved" not in client.get(DESK).content.decode()
    assert "data-counts-effort" not in client.get(url("review", claim.article_id)).content.decode()
    assert "the desk counts nobody" in client.get(ACCOUNT).content.decode()
    accept(client, claim, "3.4;2")
    assert kept() == []


def test_an_admin_has_it_counted_again(client: Client) -> None:
    client.force_login(make_user(role=Role.ADMIN))
    client.post(DESKS, {})

    assert "This desk counts." in client.post(DESKS, {"counts_effort": "on"}, follow=True).content.decode()
    assert DeskSettings.objects.get().counts_effort


def test_the_desk_shows_what_a_claim_costs_and_what_was_saved(editor_client: Client, editor: User) -> None:
    decide(editor, 30, seconds=2, keys=1, state="accepted")
    decide(editor, 20, seconds=6.25, keys=4, state="corrected")
    decide(editor, 20, seconds=30, keys=12, state="accepted", origin=ClaimOrigin.EDITOR.value)

    page = " ".join(editor_client.get(DESK).content.decode().replace("\N{NO-BREAK SPACE}", " ").split())

    assert "Reviewing took 3 min and 110 keys, and kept 50 suggestions." in page
    assert "Made by hand, as many claims would have taken about 25 min and 600 keys." in page
    assert "That saved about 22 min and 490 keys." in page
    for label, seconds, keys in (
        ("Suggestions accepted as they were", "2.0", "1"),
        ("Suggestions corrected", "6.3", "4"),
        ("Claims made by hand", "30.0", "12"),
    ):
        _, _, row = page.partition(f'<th scope="row">{label}</th>')
        assert f'data-label="Seconds">{seconds}</td>' in row.partition("</tr>")[0]
        assert f'data-label="Keys and clicks">{keys}</td>' in row.partition("</tr>")[0]
    _, _, row = page.partition('<th scope="row">Suggestions rejected</th>')
    assert "too few to tell" in row.partition("</tr>")[0]


def test_the_desk_owns_up_to_a_loss(editor_client: Client, editor: User) -> None:
    decide(editor, 20, seconds=30, keys=1, state="corrected")
    decide(editor, 20, seconds=15, keys=12, state="accepted", origin=ClaimOrigin.EDITOR.value)

    page = editor_client.get(DESK).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    assert "That cost about 5 min more, but saved 220 keys." in page


def test_the_desk_says_what_is_missing_before_there_is_enough(editor_client: Client, editor: User) -> None:
    decide(editor, 1, seconds=2, keys=1, state="accepted")
    assert (
        "1 decided claim was counted so far. From 20 of a kind on" in editor_client.get(DESK).content.decode()
    )

    decide(editor, ENOUGH, seconds=2, keys=1, state="accepted")
    page = editor_client.get(DESK).content.decode()
    assert "What that saved is said as soon as enough claims were made by hand" in page


def test_no_page_shows_who_was_quick(client: Client) -> None:
    ana, bo = make_user(first_name="Ana Quick"), make_user(first_name="Bo Slow")
    for person in (ana, bo):
        decide(person, ENOUGH, seconds=2, keys=1, state="accepted")
    client.force_login(make_user(role=Role.ADMIN))

    page = client.get(DESK).content.decode()
    assert "Quick" not in page
    assert "Slow" not in page

    # The people page is the only one that lists them, and says nothing of what their steps cost.
    assert not {"2.0", "seconds</th>"} & set(client.get(PEOPLE).content.decode().split())


def test_an_empty_desk_speaks_of_no_saving(editor_client: Client) -> None:
    assert not Article.objects.exists()
    assert "What the pre-annotation saved" not in editor_client.get(DESK).content.decode()
