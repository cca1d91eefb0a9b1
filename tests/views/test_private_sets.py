"""Private sets: who is not in one meets none of its content at any address of the site.

The cases come from the URL configuration. An address that takes an id gets one of the private set and must
answer 404; a page that lists something is asked for plainly and with all that could bring content up, and an
address without a line in `LISTS` fails.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotations.choices import ClaimState, Role
from annotations.domain import sets
from annotations.domain.review import accept_claim, delete_claim
from annotations.models import Article, ArticleSet, Claim, Revision, Speaker, User
from annotations.views.access import sight_of
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user
from tests.views.rules import RULES
from tests.views.test_access import ROUTES, address_of

pytestmark = pytest.mark.django_db

SECRET = "Quagmire"
# What a page of a list is asked beside its plain address; of {set}, {article} and {speaker} the private ones.
LISTS: dict[str, tuple[str, ...]] = {
    "desk": (),
    "article-list": ("q=quagmire", "article_set={set}", "speaker=quagmire"),
    "set-list": (),
    "queue-start": ("set={set}", "queue=oldest"),
    "queue-end": ("set={set}",),
    "search": ("q=quagmire", "q=quagmire&kind=claims", "q=quagmire&kind=speakers"),
    "speaker-list": ("q=quagmire", "sort=claims"),
    "speaker-duplicates": ("signs=weak",),
    "export": ("article_set={set}", "article={article}", "include_rejected=on"),
    "export-download": ("article_set={set}", "article={article}", "format=jsonl", "format=zip"),
    "account": (),
    "account-counting": (),
    "account-name": (),
    "account-password": (),
    "token-make": (),
    "second-factor": (),
    "second-factor-image": (),
    "second-factor-on": (),
    "second-factor-codes": (),
    "second-factor-off": (),
    "log-ins-end-others": (),
    "log-out": (),
}
OUTSIDERS = (Role.VIEWER, Role.ANNOTATOR)
OWN_ROWS = {"log-in-end", "token-revoke"}  # rows of the person, in no set
FOR_ALL = [
    name
    for name, rule in RULES.items()
    if rule.least in OUTSIDERS and name.startswith("annotations:") and name.split(":")[1] not in OWN_ROWS
]
BY_ID = [name for name in FOR_ALL if "<int:pk>" in ROUTES[name]]
PAIRS = [
    (name, role)
    for name in BY_ID
    for role in OUTSIDERS
    if role == Role.ANNOTATOR or RULES[name].least == Role.VIEWER
]
LISTED = [name for name in FOR_ALL if name not in BY_ID]


@pytest.fixture
def secret() -> dict[str, Any]:
    """A private set with an article, a claim, a speaker and a step, each with the word; and an open set."""
    editor = make_user(role=Role.EDITOR)
    text = "“The Quagmire bank is empty,” said Quagmire Jones. Nobody from Quagmire answered."
    article = make_article(text=text, title="Quagmire falls", outlet="Quagmire Post", byline="Q. Quagmire")
    speaker = make_speaker("Quagmire Jones")
    claim = make_claim(article=article, speaker=speaker, content=((1, 28),))
    accept_claim(claim=claim, version=claim.version, by=editor, request_key="")
    make_claim(article=article, speaker=speaker, content=((32, 50),))
    article_set = make_set("Quagmire files", articles=(article,))
    article_set.description = "All about Quagmire"
    article_set.save()
    sets.change_access(article_set=article_set, is_private=True, members=[], by=editor)
    make_set("Open", articles=(make_claim(speaker=make_speaker("Bo Ek")).article, article))
    return {
        "set": article_set,
        "article": article,
        "claim": claim,
        "speaker": speaker,
        "step": Revision.objects.filter(article_id=article.pk).latest("pk"),
    }


def ids_of(secret: dict[str, Any]) -> dict[str, int]:
    return {
        "articles": secret["article"].pk,
        "claims": secret["claim"].pk,
        "sets": secret["set"].pk,
        "speakers": secret["speaker"].pk,
        "steps": secret["step"].pk,
    }


def logged_in(client: Client, role: Role) -> User:
    person = make_user(role=role)
    client.force_login(person)
    return person


def content_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", errors="replace") + str(answer.headers)


@pytest.mark.parametrize(("name", "role"), PAIRS)
def test_a_row_of_a_private_set_is_not_there_for_an_outsider(
    client: Client, secret: dict[str, Any], name: str, role: Role
) -> None:
    logged_in(client, role)
    rule, address = RULES[name], address_of(ROUTES[name], ids_of(secret))
    revisions = Revision.objects.count()

    for method in sorted(rule.methods - {"options"}):
        # With what a form of the page would bring, so that it gets as far as it can.
        data = {"version": "2", "kind": "direct", "speaker": str(secret["speaker"].pk), "region": "body"}
        answer = getattr(client, method)(address, data)
        assert answer.status_code == 404, method
        assert SECRET not in content_of(answer), method
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("name", LISTED)
def test_a_page_of_many_shows_an_outsider_nothing_of_a_private_set(
    client: Client, secret: dict[str, Any], name: str, role: Role
) -> None:
    short = name.removeprefix("annotations:")
    assert short in LISTS, "Give the address a line in LISTS: all that could bring a set's content up."
    logged_in(client, role)
    filled = {key: row.pk for key, row in secret.items()}
    method = "get" if "get" in RULES[name].methods else "post"

    for query in ("", *LISTS[short]):
        answer = getattr(client, method)(f"{address_of(ROUTES[name], {})}?{query.format(**filled)}")
        assert answer.status_code < 500, query
        assert SECRET not in content_of(answer), query  # what was searched for comes back in small letters


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_member_sees_it_as_everybody_sees_an_open_set(
    client: Client, secret: dict[str, Any], role: Role
) -> None:
    person = logged_in(client, role)
    secret["set"].members.add(person)

    assert client.get(secret["set"].get_absolute_url()).status_code == 200
    assert client.get(secret["article"].get_absolute_url()).status_code == 200
    assert "Quagmire falls" in client.get(reverse("annotations:article-list")).content.decode()
    assert "Quagmire bank" in content_of(client.get(reverse("annotations:export-download")))
    assert client.get(secret["speaker"].get_absolute_url()).status_code == 200


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_who_may_manage_sees_every_private_set(client: Client, secret: dict[str, Any], role: Role) -> None:
    logged_in(client, role)

    assert client.get(secret["article"].get_absolute_url()).status_code == 200
    assert "Quagmire files" in client.get(reverse("annotations:set-list")).content.decode()


def test_an_article_in_an_open_set_too_stays_closed_and_is_not_counted_there(
    client: Client, secret: dict[str, Any]
) -> None:
    logged_in(client, Role.VIEWER)
    both = ArticleSet.objects.get(name="Open")

    assert secret["article"] in both.articles.all()
    assert "0 of 1 article reviewed" in client.get(both.get_absolute_url()).content.decode()


def test_of_two_private_sets_being_in_one_is_enough_and_the_other_is_not_named(
    client: Client, secret: dict[str, Any]
) -> None:
    person = logged_in(client, Role.ANNOTATOR)
    mine = make_set("Mine", articles=(secret["article"],))
    sets.change_access(article_set=mine, is_private=True, members=[person], by=make_user())

    page = client.get(secret["article"].get_absolute_url())

    assert page.status_code == 200
    assert "Quagmire files" not in page.content.decode()
    assert "Quagmire files" not in content_of(client.get(reverse("annotations:export-download")))
    assert client.get(secret["set"].get_absolute_url()).status_code == 404


def test_a_speaker_of_an_open_article_too_is_seen_with_the_open_claims_alone(
    client: Client, secret: dict[str, Any]
) -> None:
    logged_in(client, Role.VIEWER)
    make_claim(speaker=secret["speaker"], state=ClaimState.ACCEPTED.value)

    page = client.get(secret["speaker"].get_absolute_url()).content.decode()

    assert "Quagmire Jones" in page
    assert "Quagmire bank" not in page
    assert "Quagmire falls" not in page


def test_a_claim_that_was_deleted_in_a_private_set_is_not_told_of(
    client: Client, secret: dict[str, Any]
) -> None:
    annotator = logged_in(client, Role.ANNOTATOR)
    claim = make_claim(
        article=secret["article"], origin="editor", created_by=annotator, content=((1, 28),), suggestion=None
    )
    delete_claim(claim=claim, version=claim.version, by=annotator, request_key="")

    answer = client.post(reverse("annotations:claim-accept", args=[claim.pk]), {"version": "1"})

    assert answer.status_code == 404


def test_a_stale_step_names_no_speaker_of_a_private_set(client: Client, secret: dict[str, Any]) -> None:
    logged_in(client, Role.ANNOTATOR)
    claim = make_claim(speaker=make_speaker("Bo Ek"))
    Claim.objects.filter(pk=claim.pk).update(version=7)

    answer = client.post(
        reverse("annotations:claim-speaker", args=[claim.pk]),
        {"version": "1", "speaker": str(secret["speaker"].pk)},
    )

    assert answer.status_code in {404, 409}
    assert SECRET not in content_of(answer)


def test_access_is_changed_on_the_page_of_the_set_and_remembered(editor_client: Client, editor: User) -> None:
    article_set, viewer = make_set("Harbour"), make_user(role=Role.VIEWER)
    address = reverse("annotations:set-access", args=[article_set.pk])

    assert editor_client.post(address, {"is_private": "on", "members": [viewer.pk]}).status_code == 303

    article_set.refresh_from_db()
    assert article_set.is_private
    assert list(article_set.members.all()) == [viewer]
    step = Revision.objects.latest("pk")
    assert (step.verb, step.actor) == ("change access", editor)
    assert step.after == {f"set:{article_set.pk}": {"is_private": True, "members": [viewer.pk]}}

    assert editor_client.post(address, {"members": [viewer.pk]}).status_code == 303
    article_set.refresh_from_db()
    assert not article_set.is_private
    assert not article_set.members.exists()


def test_a_set_is_opened_to_nobody_who_was_deactivated(editor_client: Client) -> None:
    article_set = make_set("Harbour")
    gone = make_user(role=Role.VIEWER, is_active=False)

    answer = editor_client.post(
        reverse("annotations:set-access", args=[article_set.pk]), {"is_private": "on", "members": [gone.pk]}
    )

    assert answer.status_code == 422
    assert "Tick again" in answer.content.decode()


def test_without_private_sets_of_others_no_query_is_narrowed(secret: dict[str, Any]) -> None:
    viewer = make_user(role=Role.VIEWER)
    secret["set"].members.add(viewer)

    for rows in (Article.objects.all(), Claim.objects.all(), Speaker.objects.all()):
        assert sight_of(viewer).narrowed(rows) is rows
