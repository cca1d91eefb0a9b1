"""What the desk shows: counts, work, failures, and the article to go on with."""

import pytest

from annotations.choices import ArticleState, ClaimState, UploadState
from annotations.domain import history
from annotations.models import Upload, UploadItem, User
from annotations.queries.desk import DeskCounts, article_to_continue, desk_figures, work_of_the_desk
from tests.builders import make_article, make_claim, make_user

pytestmark = pytest.mark.django_db


def test_desk_counts_count_articles_by_state_and_undecided_claims() -> None:
    for number, state in enumerate(ArticleState, start=1):
        for _ in range(number):
            make_article(state=state.value)
    claimed = make_article()
    for state in ClaimState:
        make_claim(article=claimed, state=state.value)

    assert desk_figures().counts == DeskCounts(
        articles=22, queued=1, annotating=2, ready=4, reviewed=4, failed=5, undecided_claims=1
    )


def test_desk_counts_of_an_empty_desk_are_zero() -> None:
    assert desk_figures().counts == DeskCounts(0, 0, 0, 0, 0, 0, 0)


def test_work_of_the_desk_counts_what_waits() -> None:
    make_article(state=ArticleState.QUEUED.value)
    make_article(state=ArticleState.ANNOTATING.value)
    make_article(state=ArticleState.ANNOTATING.value)
    upload = Upload.objects.create(uploaded_by=make_user())
    for state in UploadState:
        UploadItem.objects.create(upload=upload, name="a.txt", state=state.value)

    work = work_of_the_desk()

    assert (work.files_waiting, work.queued, work.annotating, work.failed) == (2, 1, 2, 0)
    assert work.failures == []
    assert work.is_under_way


def test_work_of_the_desk_shows_the_latest_failures() -> None:
    failed = [make_article(state=ArticleState.FAILED.value) for _ in range(12)]
    make_article()

    work = work_of_the_desk()

    assert work.failures == failed[:1:-1]
    assert work.failed == 12
    assert not work.is_under_way


@pytest.mark.parametrize("state", [ArticleState.QUEUED, ArticleState.ANNOTATING])
def test_work_of_the_desk_is_under_way_while_articles_wait(state: ArticleState) -> None:
    make_article(state=state.value)

    assert work_of_the_desk().is_under_way


def test_article_to_continue_is_the_one_this_person_touched_last(editor: User) -> None:
    articles = [make_claim().article for _ in range(4)]
    colleague = make_user()
    history.record(verb="accept", by=editor, article=articles[1])
    history.record(verb="accept", by=editor, article=articles[2])
    history.record(verb="accept", by=colleague, article=articles[3])

    assert article_to_continue(editor) == articles[2]
    assert article_to_continue(colleague) == articles[3]


def test_article_to_continue_without_any_touched_is_the_oldest(editor: User) -> None:
    articles = [make_claim().article for _ in range(2)]

    assert article_to_continue(editor) == articles[0]


def test_article_to_continue_has_undecided_claims_and_is_ready(editor: User) -> None:
    make_article()
    make_claim(state=ClaimState.ACCEPTED.value)
    make_claim(article=make_article(state=ArticleState.REVIEWED.value))
    make_claim(article=make_article(state=ArticleState.ANNOTATING.value))

    assert article_to_continue(editor) is None


def test_article_to_continue_says_how_much_is_left(editor: User) -> None:
    article = make_article()
    for state in ClaimState:
        make_claim(article=article, state=state.value)

    found = article_to_continue(editor)

    assert found is not None
    assert (found.claim_count, found.undecided_count) == (4, 1)
