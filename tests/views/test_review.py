"""The review page and its requests: what comes back, what is refused, and what it costs."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.choices import ClaimState, Role, RunState
from annotations.domain import history
from annotations.models import AnnotationRun, Article, Claim, ClaimSpan, Paragraph, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_mention, make_speaker, make_user

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said <b>Ana</b> Lindqvist.\n\nShe added nothing.\n\nRead more here."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def article(db: None) -> Article:
    return make_article(text=TEXT, title="Tolls & bridges")


@pytest.fixture
def claim(article: Article) -> Claim:
    return make_claim(article=article, content=((0, 13),), speaker=make_speaker("Ana Lindqvist"))


def url(name: str, pk: int, *more: int) -> str:
    return reverse(f"annotations:{name}", args=[pk, *more])


def post(client: Client, view: str, pk: int, *more: int, **fields: Any) -> HttpResponse:
    """Send what htmx would send."""
    return client.post(url(view, pk, *more), fields, headers=HTMX)  # type: ignore[return-value] # it is one


def snapshot() -> list[Any]:
    """All rows a review request could change."""
    claims = Claim.objects.order_by("pk").prefetch_related("spans")
    return [
        *(history.claim_state(claim) | {"version": claim.version} for claim in claims),
        *Speaker.objects.order_by("pk").values_list("pk", "name", "merged_into"),
        *Paragraph.objects.order_by("pk").values_list("pk", "region"),
        Revision.objects.count(),
    ]


def test_review_shows_the_text_escaped_and_marked(editor_client: Client, claim: Claim) -> None:
    page = editor_client.get(claim.article.get_absolute_url()).content.decode()

    assert f'data-claims="{claim.pk}" data-speaker="1">“Tolls stay,”</mark>' in page
    assert "said &lt;b&gt;Ana&lt;/b&gt; Lindqvist." in page
    assert "<b>Ana</b>" not in page


def test_review_of_an_unknown_article_is_404(editor_client: Client) -> None:
    assert editor_client.get(url("review", 4711)).status_code == 404


@pytest.mark.parametrize("claim_count", [1, 3])
def test_review_query_count(
    editor_client: Client, article: Article, claim_count: int, django_assert_num_queries: Any
) -> None:
    for number in range(claim_count):
        speaker = make_speaker(f"Speaker {number}")
        make_mention(article=article, start=number, end=number + 1, speaker=speaker)
        make_claim(article=article, content=((number, number + 5),), speaker=speaker)
    editor_client.get(article.get_absolute_url())

    with django_assert_num_queries(28):
        editor_client.get(article.get_absolute_url())


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

    with django_assert_num_queries(34):
        post(editor_client, "claim-accept", made[0].pk, version=1)


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


def test_claim_accept_names_the_next_claim_for_the_focus(editor_client: Client, claim: Claim) -> None:
    following = make_claim(article=claim.article, content=((19, 22),))

    response = post(editor_client, "claim-accept", claim.pk, version=1)

    assert f'"focus-on": {{"id": "claim-card-{following.pk}"}}' in response["HX-Trigger-After-Settle"]


def test_after_a_decision_the_focus_goes_on_in_the_text_and_comes_round_at_its_end(
    editor_client: Client, article: Article
) -> None:
    first, second, third = (
        make_claim(article=article, content=((start, start + 5),)) for start in (0, 5, 19)
    )

    goes = [post(editor_client, "claim-accept", claim.pk, version=1) for claim in (second, third)]

    assert [
        f"claim-card-{following.pk}" in answer["HX-Trigger-After-Settle"]
        for following, answer in zip((third, first), goes, strict=True)
    ] == [True, True]


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


def test_an_unknown_region_is_refused(editor_client: Client, article: Article) -> None:
    assert post(editor_client, "paragraph-region", article.pk, 1, region="advert").status_code == 400
    assert post(editor_client, "paragraph-region", article.pk, 99, region="body").status_code == 404
    assert not AnnotationRun.objects.exists()


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


def test_speaker_options_offer_matches_first_and_then_a_new_speaker(
    editor_client: Client, claim: Claim
) -> None:
    cleo = make_speaker("Cleo Ros", role="<i>singer</i>")

    answer = editor_client.get(url("speaker-options", claim.pk), {"name": "cle"}).content.decode()

    assert answer.index(f'value="{cleo.pk}"') < answer.index("New speaker “cle”")
    assert "<i>singer" not in answer


def test_the_cards_come_in_windows(editor_client: Client, article: Article) -> None:
    made = [make_claim(article=article, content=((0, 13),)) for _ in range(65)]

    first = editor_client.get(article.get_absolute_url()).content.decode()
    middle = editor_client.get(article.get_absolute_url(), {"claim": made[40].pk}).content.decode()

    assert first.count('class="claim-card') == 30
    assert f'id="claim-card-{made[30].pk}"' in middle
    assert f'href="?claim={made[29].pk}"' in middle
    assert f'href="?claim={made[60].pk}"' in middle


def test_a_book_with_thousands_of_claims_costs_what_an_article_costs(
    editor_client: Client, django_assert_max_num_queries: Any
) -> None:
    line = "“Tolls stay,” said Ana Lindqvist of Norrby."
    article = make_article(text="\n".join([line] * 1000))
    speaker = make_speaker("Ana Lindqvist")
    starts = range(0, 1000 * (len(line) + 1), len(line) + 1)
    claims = Claim.objects.bulk_create(
        Claim(article=article, start=start + shift, kind="direct", origin="pipeline", speaker=speaker)
        for start in starts
        for shift in range(5)
    )
    ClaimSpan.objects.bulk_create(
        ClaimSpan(claim=claim, role="content", position=0, start=claim.start, end=claim.start + 8)
        for claim in claims
    )

    small = make_claim(article=make_article(), content=((0, 13),), speaker=make_speaker("Bo Ek"))
    with CaptureQueriesContext(connection) as usual:
        editor_client.get(small.article.get_absolute_url(), {"claim": small.pk})

    with django_assert_max_num_queries(len(usual)):
        page = editor_client.get(article.get_absolute_url(), {"claim": claims[2500].pk}).content.decode()

    assert page.count('class="claim-card') == 30
    assert page.count('<p class="text"') == 200
    assert f'id="claim-card-{claims[2500].pk}"' in page
    marked = {pk for marks in re.findall(r'data-claims="([\d ]+)"', page) for pk in marks.split()}
    assert str(claims[2500].pk) in marked
    part = editor_client.get(url("article-text", article.pk), {"after": 601}).content.decode()
    assert '<div id="paragraph-601"' in part
    assert "?after=801" in part


def test_a_paragraph_turned_back_into_body_queues_one_run(editor_client: Client, article: Article) -> None:
    article.paragraphs.filter(index=3).update(region="boilerplate")
    AnnotationRun.objects.create(article=article, state=RunState.RUNNING)

    for _ in range(2):
        editor_client.post(url("paragraph-region", article.pk, 3), {"region": "body"})

    assert article.paragraphs.get(index=3).region == "body"
    assert Revision.objects.filter(verb="set region").count() == 2


def test_undo_without_htmx_goes_back_to_the_claim(editor_client: Client, claim: Claim) -> None:
    post(editor_client, "claim-accept", claim.pk, version=1)

    response = editor_client.post(url("article-undo", claim.article.pk))

    claim.refresh_from_db()
    assert claim.state == ClaimState.SUGGESTED
    assert response["Location"].endswith(f"?claim={claim.pk}")


def test_article_run_asks_again_while_a_run_is_under_way_and_then_reloads(
    editor_client: Client, article: Article
) -> None:
    run = AnnotationRun.objects.create(article=article)
    waiting = editor_client.get(url("article-run", article.pk), headers=HTMX)
    run.state = RunState.DONE.value
    run.save()
    done = editor_client.get(url("article-run", article.pk), headers=HTMX)

    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert done["HX-Refresh"] == "true"


def test_the_page_of_an_article_in_another_language_says_so(editor_client: Client) -> None:
    article = make_article(text="Niemand sprach.", language="de", pipeline="")

    page = editor_client.get(article.get_absolute_url()).content.decode()

    assert "This article is in another language (de), so it is not pre-annotated." in page


def test_the_page_of_a_failed_article_says_why_and_offers_another_try(editor_client: Client) -> None:
    article = make_article(state="failed", failure="Pre-annotation failed three times. No <model>.")

    page = editor_client.get(article.get_absolute_url()).content.decode()

    assert "No &lt;model&gt;." in page
    assert url("article-retry", article.pk) in page


def test_deleting_an_article_keeps_its_history(editor_client: Client, claim: Claim) -> None:
    article_id = claim.article.pk
    post(editor_client, "claim-accept", claim.pk, version=1)

    editor_client.post(url("article-delete", article_id))

    assert not Article.objects.exists()
    assert list(Revision.objects.values_list("verb", flat=True)) == ["accept", "delete article"]


def test_history_lists_who_did_what(editor_client: Client, claim: Claim) -> None:
    post(editor_client, "claim-accept", claim.pk, version=1)

    page = editor_client.get(url("article-history", claim.article.pk)).content.decode()

    assert "edith" in page
    assert ">accept<" in page
