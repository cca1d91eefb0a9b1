"""The history page: what it tells, how it pages, and what taking a step back answers."""

from typing import Any

import pytest
from django.test import Client

from annotations.choices import Role
from annotations.domain import merging, review
from annotations.models import Article, Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.views.requests import url

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said Ana Lindqvist.\n\n“They go,” she said."


@pytest.fixture
def ana(db: None) -> Speaker:
    return make_speaker("Ana Lindqvist")


@pytest.fixture
def article(ana: Speaker) -> Article:
    article = make_article(text=TEXT, title="Tolls")
    for start, end in ((0, 13), (36, 46)):
        make_claim(article=article, content=((start, end),), speaker=ana)
    return article


def page_of(client: Client, article: Article, query: str = "") -> str:
    text: str = client.get(url("article-history", article.pk) + query).content.decode()
    return text


def taken_back(client: Client, step: Revision) -> str:
    """Press the step's button without a script, and return the page that follows."""
    response: Any = client.post(url("step-take-back", step.pk))
    assert response.status_code == 303
    text: str = client.get(response["Location"]).content.decode()
    return text


def first_of(article: Article) -> Claim:
    return article.claims.in_text_order()[0]


def test_a_step_is_told_with_names_and_states(editor_client: Client, editor: User, article: Article) -> None:
    review.assign_name(claim=first_of(article), name="Bo Ek", by=editor, version=1)

    page = page_of(editor_client, article)

    assert "assign speaker" in page
    assert "edith" in page
    assert '<del dir="auto">Ana Lindqvist</del>' in page
    assert '<ins dir="auto">Bo Ek</ins>' in page
    assert '<del dir="auto">Suggested</del>' in page


def test_changed_spans_are_told_in_their_words(editor_client: Client, editor: User, article: Article) -> None:
    review.change_spans(
        claim=first_of(article), role=review.SpanRole.CONTENT, spans=[(1, 6)], by=editor, version=1
    )

    assert '<ins dir="auto">Tolls</ins>' in page_of(editor_client, article)


def test_a_step_is_taken_back_by_its_button(editor_client: Client, editor: User, article: Article) -> None:
    colleague = make_user(username="bo")
    review.accept_claim(claim=first_of(article), by=colleague, version=1)
    step = Revision.objects.get()

    page = taken_back(editor_client, step)

    assert "Taken back: accept." in page
    assert "Taken back by edith" in page
    assert first_of(article).state == "suggested"
    assert f'id="take-back-{step.pk}"' not in page


def test_a_step_on_what_was_changed_since_stays_and_the_sentence_says_by_whom(
    editor_client: Client, editor: User, article: Article
) -> None:
    review.accept_claim(claim=first_of(article), by=editor, version=1)
    step = Revision.objects.get()
    review.reject_claim(claim=first_of(article), by=make_user(username="bo"), version=2)

    page = taken_back(editor_client, step)

    assert f"“accept” stays, since bo changed claim {first_of(article).pk} after it (reject)." in page
    assert first_of(article).state == "rejected"


def test_what_was_taken_back_can_be_undone_like_any_step(
    editor_client: Client, editor: User, article: Article
) -> None:
    review.accept_claim(claim=first_of(article), by=make_user(), version=1)
    taken_back(editor_client, Revision.objects.get())

    editor_client.post(url("article-undo", article.pk))

    assert first_of(article).state == "accepted"


def test_a_viewer_sees_the_history_without_buttons(client: Client, editor: User, article: Article) -> None:
    review.accept_claim(claim=first_of(article), by=editor, version=1)
    client.force_login(make_user(role=Role.VIEWER))

    assert "Take back" not in page_of(client, article)
    assert client.post(url("step-take-back", Revision.objects.get().pk)).status_code == 403


def test_one_claim_has_a_history_of_its_own(editor_client: Client, editor: User, article: Article) -> None:
    first, second = article.claims.in_text_order()
    review.accept_claim(claim=first, by=editor, version=1)
    review.reject_claim(claim=second, by=editor, version=1)

    page = page_of(editor_client, article, f"?claim={second.pk}")

    assert "<span>reject</span>" in page
    assert "<span>accept</span>" not in page


def test_a_merge_that_moved_claims_of_the_article_is_listed_and_leads_to_its_speaker(
    editor_client: Client, editor: User, article: Article, ana: Speaker
) -> None:
    survivor = make_speaker("Ana B. Lindqvist")
    make_claim(speaker=make_speaker("Bo Ek"))
    merging.merge_speakers(source=ana, target=survivor, by=editor)

    page = page_of(editor_client, article)

    assert "merge speakers" in page
    assert f'href="{survivor.get_absolute_url()}"' in page


def test_the_history_goes_on_by_key_and_loses_nothing(
    editor_client: Client, editor: User, article: Article
) -> None:
    for number in range(60):
        review.change_note(claim=first_of(article), note=str(number), by=editor, version=number + 1)

    first = page_of(editor_client, article)
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page_of(editor_client, article, older)

    assert (first.count("<tr id="), second.count("<tr id=")) == (50, 10)
