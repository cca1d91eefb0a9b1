"""Requests that decide about a claim: what comes back, what is refused, and what it costs."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from annotations.choices import ClaimState, Role
from annotations.domain import history, review
from annotations.models import Article, Claim, Paragraph, Revision, Speaker, User
from annotations.queries.texts import text_of
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.views.requests import HTMX, post, url

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said <b>Ana</b> Lindqvist.\n\nShe added nothing.\n\nRead more here."


@pytest.fixture
def article(db: None) -> Article:
    return make_article(text=TEXT, title="Tolls & bridges")


@pytest.fixture
def claim(article: Article) -> Claim:
    return make_claim(article=article, content=((0, 13),), speaker=make_speaker("Ana Lindqvist"))


def snapshot() -> list[Any]:
    """All rows a review request could change."""
    claims = Claim.objects.order_by("pk").prefetch_related("spans")
    return [
        *(history.claim_state(claim) | {"version": claim.version} for claim in claims),
        *Speaker.objects.order_by("pk").values_list("pk", "name", "merged_into"),
        *Paragraph.objects.order_by("pk").values_list("pk", "region"),
        Revision.objects.count(),
    ]


def test_a_claim_deleted_twice_by_one_request_is_deleted_as_asked(
    editor_client: Client, editor: User, article: Article
) -> None:
    made = review.add_claim(article=article, content=((0, 13),), by=editor)

    first, again = (post(editor_client, "claim-delete", made.pk, version=1, key="k-1") for _ in range(2))
    later = post(editor_client, "claim-delete", made.pk, version=1, key="k-2")

    assert (first.status_code, again.status_code, later.status_code) == (200, 200, 409)
    assert again["HX-Trigger-After-Settle"] == first["HX-Trigger-After-Settle"]
    assert Revision.objects.filter(verb="delete claim").count() == 1


def test_a_request_without_a_key_is_never_the_one_that_deleted_the_claim(
    editor_client: Client, editor: User, article: Article
) -> None:
    made = review.add_claim(article=article, content=((0, 13),), by=editor)
    post(editor_client, "claim-delete", made.pk, version=1)

    assert post(editor_client, "claim-accept", made.pk, version=1).status_code == 409


@pytest.mark.parametrize("claim_count", [2, 4])
def test_claim_accept_query_count(
    editor_client: Client, article: Article, claim_count: int, django_assert_num_queries: Any
) -> None:
    made = [
        make_claim(
            article=article, content=((number, number + 5),), speaker=make_speaker(f"Speaker {number}")
        )
        for number in range(claim_count)
    ]

    text_of(Article.objects.defer("text").get(pk=article.pk))  # a process reads it once, not at every step

    with django_assert_num_queries(21):
        post(editor_client, "claim-accept", made[0].pk, version=1)


def test_a_claim_that_is_deleted_before_its_card_is_shown_is_said_to_be_gone(
    editor_client: Client, editor: User, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = review.add_claim(article=article, content=[(0, 5)], by=editor)
    accept = review.accept_claim

    def accept_then_delete(*, claim: Claim, **step: Any) -> Claim:
        accepted = accept(claim=claim, **step)
        review.delete_claim(claim=claim, by=editor, version=accepted.version)
        return accepted

    monkeypatch.setattr(review, "accept_claim", accept_then_delete)
    response = post(editor_client, "claim-accept", claim.pk, version=1)

    assert response.status_code == 409
    assert "deleted" in response.content.decode()


def test_claim_accept_answers_with_the_card_its_paragraph_and_the_progress(
    editor_client: Client, claim: Claim
) -> None:
    response = post(editor_client, "claim-accept", claim.pk, version=1)

    answer = response.content.decode()
    assert response.status_code == 200
    assert f'id="claim-card-{claim.pk}"' in answer
    assert '<div id="paragraph-1" class="paragraph region-body" hx-swap-oob="true">' in answer
    assert '<div id="paragraph-2"' not in answer
    assert "All 1 claims decided" in answer
    assert "Accepted. All claims of this article are decided." in response["HX-Trigger-After-Settle"]


def test_claim_accept_says_which_version_it_made(editor_client: Client, claim: Claim) -> None:
    answers = [post(editor_client, "claim-accept", claim.pk, version=1, key="k") for _ in range(2)]

    assert [answer["Claim-Versions"] for answer in answers] == [f"{claim.pk}=2"] * 2


def test_after_a_decision_a_form_goes_on_in_the_text_and_comes_round_at_its_end(
    editor_client: Client, article: Article
) -> None:
    first, second, third = (
        make_claim(article=article, content=((start, start + 5),)) for start in (0, 5, 19)
    )

    goes = [editor_client.post(url("claim-accept", claim.pk), {"version": 1}) for claim in (second, third)]

    assert [answer["Location"].partition("#")[2] for answer in goes] == [
        f"claim-card-{third.pk}",
        f"claim-card-{first.pk}",
    ]


def test_claim_accept_without_htmx_goes_back_to_the_page_at_the_next_claim(
    editor_client: Client, claim: Claim
) -> None:
    following = make_claim(article=claim.article, content=((19, 22),))

    response = editor_client.post(url("claim-accept", claim.pk), {"version": 1})

    assert response.status_code == 302
    assert response["Location"].endswith(f"?claim={following.pk}#claim-card-{following.pk}")


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_stale_form_gets_409_and_changes_nothing(
    editor_client: Client, claim: Claim, headers: dict[str, str]
) -> None:
    Claim.objects.update(version=5, state=ClaimState.REJECTED)
    before = snapshot()

    response = editor_client.post(url("claim-accept", claim.pk), {"version": 1}, headers=headers)

    assert response.status_code == 409
    assert "Not saved" in response.content.decode()
    assert snapshot() == before


def test_a_stale_card_comes_back_as_it_stands_with_its_version(editor_client: Client, claim: Claim) -> None:
    Claim.objects.update(version=5, state=ClaimState.REJECTED)

    answer = post(editor_client, "claim-accept", claim.pk, version=1).content.decode()

    assert 'name="version" value="5"' in answer
    assert "badge-rejected" in answer


def test_a_claim_deleted_meanwhile_gets_404(editor_client: Client, claim: Claim) -> None:
    pk = claim.pk
    claim.delete()

    assert post(editor_client, "claim-accept", pk, version=1).status_code == 404


BAD_REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "no version": ("claim-accept", {}),
    "version is no number": ("claim-accept", {"version": "one"}),
    "unknown kind": ("claim-kind", {"version": 1, "kind": "hearsay"}),
    "no speaker": ("claim-speaker", {"version": 1}),
    "unknown speaker": ("claim-speaker", {"version": 1, "speaker": 4711}),
    "speaker is no id": ("claim-speaker", {"version": 1, "speaker": "1 OR 1=1"}),
    "a name without a letter": ("claim-speaker", {"version": 1, "name": "…"}),
    "a name too long": ("claim-speaker", {"version": 1, "name": "x" * 301}),
    "span outside the text": (
        "claim-spans",
        {"version": 1, "role": "content", "spans": f"0-{len(TEXT) + 1}"},
    ),
    "span beyond all numbers": ("claim-spans", {"version": 1, "role": "cue", "spans": f"0-{10**30}"}),
    "negative span": ("claim-spans", {"version": 1, "role": "content", "spans": "-3-5"}),
    "start after end": ("claim-spans", {"version": 1, "role": "content", "spans": "9-3"}),
    "span over nothing": ("claim-spans", {"version": 1, "role": "content", "spans": "41-42"}),
    "no content left": ("claim-spans", {"version": 1, "role": "content", "spans": ""}),
    "span that is no span": ("claim-spans", {"version": 1, "role": "content", "spans": "3-5-9;x"}),
    "unknown role": ("claim-spans", {"version": 1, "role": "headline", "spans": "0-5"}),
    "note too long": ("claim-note", {"version": 1, "note": "x" * 5001}),
    "somebody else's claim": ("claim-delete", {"version": 1}),
    "key too long": ("claim-accept", {"version": 1, "key": "k" * 65}),
}


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_a_request_that_makes_no_sense_is_refused_and_changes_nothing(
    editor_client: Client, claim: Claim, case: str, headers: dict[str, str]
) -> None:
    view, fields = BAD_REQUESTS[case]
    before = snapshot()

    response = editor_client.post(url(view, claim.pk), fields, headers=headers)

    assert response.status_code in {400, 403, 404}
    assert snapshot() == before


@pytest.mark.parametrize("spans", ["0-4711", "9-3", "41-42", "", "x"])
def test_a_new_claim_with_bad_spans_is_refused_and_changes_nothing(
    editor_client: Client, article: Article, spans: str
) -> None:
    before = snapshot()

    response = post(editor_client, "claim-add", article.pk, spans=spans, key="k")

    assert response.status_code == 400
    assert snapshot() == before


@pytest.mark.parametrize(
    "name", ["claim-accept", "claim-reject", "claim-speaker", "claim-delete", "claim-add"]
)
def test_a_viewer_may_not_decide(client: Client, claim: Claim, name: str) -> None:
    client.force_login(make_user(role=Role.VIEWER))
    before = snapshot()

    response = post(
        client, name, claim.article.pk if name == "claim-add" else claim.pk, version=1, spans="0-5"
    )

    assert response.status_code == 403
    assert snapshot() == before


def test_a_form_without_a_csrf_token_is_refused(claim: Claim, editor: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)

    assert browser.post(url("claim-accept", claim.pk), {"version": 1}).status_code == 403
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUGGESTED


def test_an_htmx_request_after_the_log_in_ended_goes_to_the_log_in_page(client: Client, claim: Claim) -> None:
    page = f"http://testserver{claim.article.get_absolute_url()}"

    response = client.post(url("claim-accept", claim.pk), headers={**HTMX, "HX-Current-URL": page})

    assert response.status_code == 200
    assert response["HX-Redirect"] == "/log-in?" + urlencode(
        {"next": claim.article.get_absolute_url()}, safe="/"
    )


def test_a_name_chosen_from_the_list_counts_more_than_what_was_typed(
    editor_client: Client, claim: Claim
) -> None:
    chosen = make_speaker("Cleo Ros")

    post(editor_client, "claim-speaker", claim.pk, version=1, speaker=chosen.pk, name="cle")

    claim.refresh_from_db()
    assert claim.speaker == chosen


def test_speaker_options_offer_a_name_of_the_text_before_the_letters_typed(
    editor_client: Client,
) -> None:
    text = "“Tolls stay,” said Ms Dahl.\n\n“They go,” said a fisherman."
    source = text.index("a fisherman")
    claim = make_claim(article=make_article(text=text), content=((29, 39),), source=((source, source + 11),))
    make_speaker("a fisherman", kind="unnamed")

    for typed, name in (("da", "Dahl"), ("a fi", "a fisherman")):
        answer = editor_client.get(url("speaker-options", claim.pk), {"name": typed}).content.decode()
        offers = re.findall(r"<button name=\"(\w+)\" value=\"([^\"]+)\"", answer)
        assert offers[0] == ("name", name)
        assert offers[-1] == ("name", typed)


def test_speaker_options_offer_matches_first_and_then_a_new_speaker(
    editor_client: Client, claim: Claim
) -> None:
    cleo = make_speaker("Cleo Ros", role="<i>singer</i>")

    answer = editor_client.get(url("speaker-options", claim.pk), {"name": "cle"}).content.decode()

    assert answer.index(f'value="{cleo.pk}"') < answer.index("New speaker “cle”")
    assert "<i>singer" not in answer
