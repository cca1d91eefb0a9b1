"""The review page and its requests: what comes back, what is refused, and what it costs."""

import gzip
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.choices import ClaimState, Role, RunState
from annotations.domain.merging import merge_speakers
from annotations.models import AnnotationRun, Article, Claim, ClaimSpan, Revision
from tests.builders import make_article, make_claim, make_mention, make_set, make_speaker, make_user
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


def test_no_browser_keeps_the_review_page_to_show_it_again(editor_client: Client, article: Article) -> None:
    assert "no-store" in editor_client.get(article.get_absolute_url())["Cache-Control"]


def test_review_of_an_unknown_article_is_404(editor_client: Client) -> None:
    assert editor_client.get(url("review", 4711)).status_code == 404


@pytest.mark.parametrize("claim_count", [1, 3, 40])
@pytest.mark.parametrize("way", ["", "?board=1", "?set={set}&queue=oldest&from={before}~3"])
def test_review_query_count(
    editor_client: Client, article: Article, way: str, claim_count: int, django_assert_max_num_queries: Any
) -> None:
    survivor = make_speaker("Survivor")
    for number in range(claim_count):
        speaker = make_speaker(f"Speaker {number}")
        make_mention(article=article, start=number, end=number + 1, speaker=speaker)
        make_claim(article=article, content=((number, number + 5),), speaker=speaker)
    merge_speakers(source=speaker, target=survivor, by=make_user())
    before = make_claim().article
    desk_set = make_set(articles=(article, before))
    address = article.get_absolute_url() + way.format(set=desk_set.pk, before=before.pk)

    # Where somebody comes to the article for the first time, which no process has read before, and again.
    for _ in range(2):
        with django_assert_max_num_queries(12):
            editor_client.get(address)


@pytest.fixture
def two(article: Article) -> tuple[Claim, Claim]:
    """Two claims, of which the pipeline is sure of the first and not of the second."""
    return tuple(
        make_claim(article=article, content=((start, start + 3),), confidence=confidence)
        for start, confidence in ((0, 0.93), (5, 0.4))
    )  # type: ignore[return-value] # there are two


def cards_of(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="claim-card-(\d+)"', response.content.decode())]


def whole_cards_of(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="accept-(\d+)"', response.content.decode())]


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


def test_a_decision_leads_on_in_the_order_that_was_chosen(
    editor_client: Client, article: Article, two: tuple[Claim, Claim]
) -> None:
    surer = make_claim(article=article, content=((3, 5),), confidence=0.6)
    editor_client.get(article.get_absolute_url(), {"order": "least-sure"})

    response = editor_client.post(url("claim-accept", two[1].pk), {"version": 1})

    assert response["Location"].endswith(f"#claim-card-{surer.pk}")


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


def test_the_cards_of_a_long_article_come_in_windows(editor_client: Client, article: Article) -> None:
    made = [make_claim(article=article, content=((0, 13),)).pk for _ in range(65)]

    first = editor_client.get(article.get_absolute_url())
    middle = editor_client.get(article.get_absolute_url(), {"claim": made[40]})

    assert cards_of(first) == made[:20]
    assert cards_of(middle) == made[35:55]
    assert f'href="?queue=most-left&amp;claim={made[34]}"' in middle.content.decode()
    assert f'href="?queue=most-left&amp;claim={made[55]}"' in middle.content.decode()


def test_further_cards_join_those_shown_in_text_order(editor_client: Client, article: Article) -> None:
    made = [make_claim(article=article, content=((0, 13),)).pk for _ in range(65)]

    middle = editor_client.get(article.get_absolute_url(), {"claim": made[40]}).content.decode()
    assert f"/cards?from={made[55]}" in middle
    assert f"/cards?until={made[34]}" in middle

    behind = editor_client.get(url("article-cards", article.pk), {"from": made[55]}, headers=HTMX)
    before = editor_client.get(url("article-cards", article.pk), {"until": made[34]}, headers=HTMX)

    assert cards_of(behind) == made[55:]
    assert "later-claims" not in behind.content.decode()
    assert cards_of(before) == made[15:35]
    assert f"/cards?until={made[14]}" in before.content.decode()


def test_only_the_claims_about_the_one_in_hand_come_with_their_controls(
    editor_client: Client, article: Article
) -> None:
    made = [make_claim(article=article, content=((0, 13),)).pk for _ in range(12)]

    page = editor_client.get(article.get_absolute_url(), {"claim": made[5]})

    assert cards_of(page) == made
    assert whole_cards_of(page) == made[4:8]
    led_to = re.findall(r'href="\?claim=(\d+)#claim-card-\1"', page.content.decode())
    assert [int(pk) for pk in led_to] == made[:4] + made[8:]


def test_controls_are_brought_for_the_claims_of_the_article_that_are_named(
    editor_client: Client, article: Article
) -> None:
    made = [make_claim(article=article, content=((0, 13),)).pk for _ in range(12)]
    elsewhere = make_claim(article=make_article(text="Another.")).pk
    named = [made[10], made[2], elsewhere]

    asked = ",".join(map(str, [*named, "x", 4711]))
    page = editor_client.get(url("article-cards", article.pk), {"claims": asked})

    assert whole_cards_of(page) == made[10:11] + made[2:3]
    assert 'data-number="11"' in page.content.decode()


def test_a_viewer_gets_no_controls_and_no_way_to_them(client: Client, article: Article) -> None:
    client.force_login(make_user(role=Role.VIEWER))
    for _ in range(12):
        make_claim(article=article, content=((0, 13),))

    page = client.get(article.get_absolute_url()).content.decode()

    assert "data-bare" not in page
    assert "data-take" not in page
    assert "claim-controls" not in page


LINE = "“Tolls stay,” said Ana Lindqvist of Norrby."


def book(lines: int) -> Article:
    """An article with five claims over each other on each of its lines, and a speaker for every ten lines."""
    article = make_article(text="\n".join([LINE] * lines))
    starts = range(0, lines * (len(LINE) + 1), len(LINE) + 1)
    claims = Claim.objects.bulk_create(
        Claim(article=article, start=start + shift, kind="direct", origin="pipeline")
        for start in starts
        for shift in range(5)
    )
    ClaimSpan.objects.bulk_create(
        ClaimSpan(
            article=article, claim=claim, role="content", position=0, start=claim.start, end=claim.start + 8
        )
        for claim in claims
    )
    for number in range(lines // 10):
        speaker = make_speaker(f"Speaker {number}")
        start = 10 * number * len(LINE)
        make_mention(article=article, start=start, end=start + 3, speaker=speaker)
        theirs = [claim.pk for claim in claims[number :: lines // 10]]
        article.claims.filter(pk__in=theirs).update(speaker=speaker)
    return article


@pytest.mark.parametrize("order", ["text", "least-sure"])
def test_a_page_and_each_step_of_a_book_cost_as_many_queries_as_those_of_an_article(
    editor_client: Client, order: str
) -> None:
    def cost(article: Article) -> list[int]:
        claim = article.claims.in_text_order()[article.claims.count() // 2]
        page = article.get_absolute_url()
        headers = HTMX | {"HX-Current-URL": f"http://testserver{page}?order={order}"}
        speaker = article.speaker_numbers.last().speaker
        counts = []

        def step(name: str, version: int, **fields: Any) -> Any:
            return editor_client.post(url(name, claim.pk), {"version": version, **fields}, headers=headers)

        for ask in (
            lambda: editor_client.get(page, {"claim": claim.pk, "order": order}),
            lambda: editor_client.get(page, {"claim": claim.pk, "order": order}),
            lambda: editor_client.get(url("article-text", article.pk), {"claim": claim.pk}),
            lambda: step("claim-accept", 1),
            lambda: step("claim-speaker", 2, speaker=speaker.pk),
            lambda: step("claim-kind", 3, kind="mixed"),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            counts.append(len(queries))
        return counts[1:]

    small = cost(book(8 * 10))
    large = cost(book(300))

    assert large == small


def test_a_book_is_on_the_page_a_part_at_a_time(editor_client: Client) -> None:
    article = book(1000)
    claim = article.claims.in_text_order()[2500]

    page = editor_client.get(article.get_absolute_url(), {"claim": claim.pk}).content.decode()

    assert 100 < page.count('<p class="text"') < 200
    assert f'id="claim-card-{claim.pk}"' in page
    marked = {pk for marks in re.findall(r'data-claims="([\d ]+)"', page) for pk in marks.split()}
    assert str(claim.pk) in marked


def test_the_parts_of_a_book_joined_are_its_text(editor_client: Client) -> None:
    article = book(400)

    def part(**where: int) -> tuple[list[int], str | None]:
        page = editor_client.get(url("article-text", article.pk), where).content.decode()
        shown = [int(index) for index in re.findall(r'<div id="paragraph-(\d+)"', page)]
        link = re.search(r"\?(?:after|before)=(\d+)", page)
        return shown, link and link[1]

    forwards, offset = part(after=0)
    while offset:
        more, offset = part(after=int(offset))
        forwards += more
    backwards, offset = part(before=len(article.text))
    while offset:
        more, offset = part(before=int(offset))
        backwards = more + backwards

    assert forwards == list(range(1, 401))
    assert backwards == list(range(1, 401))


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
    assert list(Revision.objects.values_list("verb", flat=True)) == [
        "accept",
        "delete article",
        "forget speaker",
    ]


def test_history_lists_who_did_what(editor_client: Client, claim: Claim) -> None:
    post(editor_client, "claim-accept", claim.pk, version=1)

    page = editor_client.get(url("article-history", claim.article.pk)).content.decode()

    assert "edith" in page
    assert ">accept<" in page


def test_the_page_goes_out_compressed_and_its_token_masked_anew(editor_client: Client) -> None:
    article = make_article()

    pages = [
        editor_client.get(url("review", article.pk), headers={"Accept-Encoding": "gzip"}) for _ in range(2)
    ]

    assert [page["Content-Encoding"] for page in pages] == ["gzip", "gzip"]
    tokens = [re.findall(r'x-csrftoken": "(\w+)"', gzip.decompress(page.content).decode()) for page in pages]
    assert tokens[0] != tokens[1]
    assert all(tokens)
