"""The queue in the addresses of the review page, where it starts, and the page at its end."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from annotations.choices import ArticleState, ClaimState, Role
from annotations.domain import review
from annotations.models import Article, User
from annotations.queries.queue import QueueOrder
from tests.builders import make_article, make_claim, make_set, make_user

pytestmark = pytest.mark.django_db

START = reverse("annotations:queue-start")
END = reverse("annotations:queue-end")


@pytest.fixture
def three(db: None) -> list[Article]:
    """Articles with three, two and one undecided claims."""
    articles = [make_article(title=title) for title in ("Bridge", "Ferry", "Tunnel")]
    for article, count in zip(articles, (3, 2, 1), strict=True):
        for _ in range(count):
            make_claim(article=article, confidence=0.5)
    return articles


def parameters(address: str) -> dict[str, str]:
    """Return what an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("order", list(QueueOrder))
def test_start_goes_to_the_first_article_and_says_where_it_stood(
    order: QueueOrder, editor_client: Client, three: list[Article]
) -> None:
    article_set = make_set(articles=(three[1],))

    response = editor_client.get(START, {"set": article_set.pk, "queue": order.value})

    assert urlsplit(response["Location"]).path == three[1].get_absolute_url()
    carried = parameters(response["Location"])
    stood_at = {"most-left": "2", "least-certain": "0.5", "oldest": "9999-12-31"}[order.value]
    assert carried == {"set": str(article_set.pk), "queue": order.value, "at": stood_at}


def test_next_carries_the_way_and_back_follows_it_to_an_article_without_work_left(
    editor_client: Client, editor: User, three: list[Article]
) -> None:
    first = editor_client.get(START)["Location"]
    second = editor_client.get(first).context["next_article"].address
    for claim in three[0].claims.all():
        review.accept_claim(claim=claim, by=editor, version=1)
    third = editor_client.get(second).context["next_article"].address

    back_from_third = editor_client.get(third).context["previous_article"]
    back_from_second = editor_client.get(back_from_third.address).context["previous_article"]

    assert [urlsplit(address).path for address in (first, second, third)] == [
        article.get_absolute_url() for article in three
    ]
    assert (back_from_third.title, back_from_third.address) == ("Ferry", second)
    assert (back_from_second.title, back_from_second.address) == ("Bridge", first)
    assert editor_client.get(first).context["next_article"].title == "Ferry"


def test_without_a_way_back_is_the_article_before_in_the_queue(
    editor_client: Client, three: list[Article]
) -> None:
    page = editor_client.get(three[1].get_absolute_url())

    assert page.context["previous_article"].title == "Bridge"
    assert editor_client.get(three[0].get_absolute_url()).context["previous_article"] is None


def test_an_article_on_the_way_that_was_deleted_is_left_out(
    editor_client: Client, three: list[Article]
) -> None:
    address = f"{three[2].get_absolute_url()}?from={three[0].pk}~3_999999~2"

    assert editor_client.get(address).context["previous_article"].title == "Bridge"


@pytest.mark.parametrize(
    "nonsense", ["set=x&queue=y&at=z&from=a", "set=999999", f"from={'1~1_' * 500}", "from=~&at=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_article_all_the_same(
    nonsense: str, editor_client: Client, three: list[Article]
) -> None:
    response = editor_client.get(f"{three[0].get_absolute_url()}?{nonsense}")

    assert response.status_code == 200
    assert response.context["next_article"].title == "Ferry"


def test_the_last_article_leads_to_what_was_done(editor_client: Client, three: list[Article]) -> None:
    article_set = make_set(articles=(three[0],))

    page = editor_client.get(three[0].get_absolute_url(), {"set": article_set.pk})

    assert page.context["next_article"] is None
    assert page.context["end_address"] == f"{END}?set={article_set.pk}&queue=most-left"


def test_start_of_a_queue_without_work_leads_to_its_end(editor_client: Client) -> None:
    response = editor_client.get(START, {"queue": "oldest"})

    assert response["Location"] == f"{END}?queue=oldest"


def test_the_end_says_what_was_done_and_offers_the_export_of_the_set(
    editor_client: Client, editor: User, three: list[Article]
) -> None:
    article_set = make_set("Crossings", articles=(three[2],))
    review.accept_claim(claim=three[2].claims.get(), by=editor, version=1)

    page = editor_client.get(END, {"set": article_set.pk})

    text = page.content.decode()
    assert "No work is left" in text
    assert f'href="{reverse("annotations:export")}?set={article_set.pk}"' in text
    assert (page.context["by_you"].accepted, page.context["by_all"].accepted) == (1, 1)


def test_the_end_of_a_queue_with_work_left_offers_to_go_on(
    editor_client: Client, three: list[Article]
) -> None:
    text = editor_client.get(END).content.decode()

    assert "What was done so far" in text
    assert 'id="go-on"' in text


def test_the_end_tells_of_articles_that_are_not_through(editor_client: Client) -> None:
    for state in (ArticleState.QUEUED, ArticleState.FAILED, ArticleState.REVIEWED):
        make_claim(article=make_article(state=state.value))

    text = " ".join(editor_client.get(END).content.decode().split())

    assert "1 article is still to be pre-annotated" in text
    assert "Pre-annotation failed for 1 article." in text
    assert "1 suggestion was left undecided" in text


def test_the_end_of_an_empty_set_says_so(editor_client: Client) -> None:
    assert "This set has no articles." in editor_client.get(END, {"set": make_set().pk}).content.decode()


def test_a_viewer_reads_the_queue_and_has_no_row_of_their_own(client: Client, three: list[Article]) -> None:
    client.force_login(make_user(role=Role.VIEWER))

    text = client.get(END).content.decode()

    assert "Read on" in text
    assert '<th scope="row">You</th>' not in text


def test_set_and_desk_offer_each_order(editor_client: Client, three: list[Article]) -> None:
    article_set = make_set(articles=tuple(three))
    done = make_set(articles=(make_claim(state=ClaimState.ACCEPTED.value).article,))

    desk = editor_client.get(reverse("annotations:desk")).content.decode()
    page = editor_client.get(article_set.get_absolute_url()).content.decode()

    for order in QueueOrder:
        assert f'name="queue" value="{order.value}"' in desk
        assert f'name="queue" value="{order.value}"' in page
    assert 'name="queue"' not in editor_client.get(done.get_absolute_url()).content.decode()
