"""The review page and its requests: what comes back, what is refused, and what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.choices import ClaimState, RunState
from annotations.models import AnnotationRun, Article, Claim, ClaimSpan, Revision
from tests.builders import make_article, make_claim, make_mention, make_speaker
from tests.views.requests import HTMX, post, url

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said <b>Ana</b> Lindqvist.\n\nShe added nothing.\n\nRead more here."


@pytest.fixture
def article(db: None) -> Article:
    return make_article(text=TEXT, title="Tolls & bridges")


@pytest.fixture
def claim(article: Article) -> Claim:
    return make_claim(article=article, content=((0, 13),), speaker=make_speaker("Ana Lindqvist"))


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


@pytest.fixture
def two(article: Article) -> tuple[Claim, Claim]:
    """Two claims, of which the pipeline is sure of the first and not of the second."""
    return tuple(
        make_claim(article=article, content=((start, start + 3),), confidence=confidence)
        for start, confidence in ((0, 0.93), (5, 0.4))
    )  # type: ignore[return-value] # there are two


def cards_of(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="claim-card-(\d+)"', response.content.decode())]


def test_the_cards_stand_in_the_order_that_the_address_asks_for(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    sure, unsure = two

    plain = editor_client.get(article.get_absolute_url())
    chosen = editor_client.get(article.get_absolute_url(), {"order": "least-sure"})

    assert cards_of(plain) == [sure.pk, unsure.pk]
    assert cards_of(chosen) == [unsure.pk, sure.pk]
    assert chosen.context["current_id"] == unsure.pk
    assert 'value="least-sure" aria-pressed="true"' in chosen.content.decode()
    assert 'value="text" aria-pressed="false"' in chosen.content.decode()


def test_the_order_chosen_last_is_remembered_for_other_articles(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    sure, unsure = two
    editor_client.get(make_article().get_absolute_url(), {"order": "least-sure"})
    assert cards_of(editor_client.get(article.get_absolute_url())) == [unsure.pk, sure.pk]

    editor_client.get(article.get_absolute_url(), {"order": "text"})
    assert cards_of(editor_client.get(article.get_absolute_url())) == [sure.pk, unsure.pk]


def test_an_order_that_there_is_not_is_taken_for_none(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    editor_client.get(article.get_absolute_url(), {"order": "least-sure"})

    response = editor_client.get(article.get_absolute_url(), {"order": "by-mood"})

    assert cards_of(response) == [two[1].pk, two[0].pk]


def test_choosing_an_order_brings_the_cards_and_the_choice_and_says_so(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    response = editor_client.get(article.get_absolute_url(), {"order": "least-sure"}, headers=HTMX)

    page = response.content.decode()
    assert cards_of(response) == [two[1].pk, two[0].pk]
    assert '<form id="claim-order"' in page
    assert 'hx-swap-oob="true"' in page
    assert "<h1>" not in page
    assert '"Least sure first. 2 left."' in response["HX-Trigger-After-Settle"]


def test_a_decision_leads_on_in_the_order_of_the_page_it_was_made_on(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    surer = make_claim(article=article, content=((3, 5),), confidence=0.6)
    page = f"http://testserver{article.get_absolute_url()}?order=least-sure"

    response = editor_client.post(
        url("claim-accept", two[1].pk), {"version": 1}, headers=HTMX | {"HX-Current-URL": page}
    )

    assert f"claim-card-{surer.pk}" in response["HX-Trigger-After-Settle"]


def test_a_suggested_card_says_how_sure_the_pipeline_is(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    page = editor_client.get(article.get_absolute_url()).content.decode()

    assert "The pipeline is </span>sure 93\N{NO-BREAK SPACE}%" in page


def test_chips_of_one_name_are_told_apart_by_role_or_number(editor_client: Client, article: Article) -> None:
    for role in ("mayor", ""):
        claim = make_claim(article=article, speaker=make_speaker("Jordan Lee", role=role))

    page = editor_client.get(article.get_absolute_url(), {"claim": claim.pk}).content.decode()

    assert 'Jordan Lee <span class="muted">mayor</span></button>' in page
    assert 'Jordan Lee <span class="muted">2</span></button>' in page


def test_an_unknown_region_is_refused(editor_client: Client, article: Article) -> None:
    assert post(editor_client, "paragraph-region", article.pk, 1, region="advert").status_code == 400
    assert post(editor_client, "paragraph-region", article.pk, 99, region="body").status_code == 404
    assert not AnnotationRun.objects.exists()


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
