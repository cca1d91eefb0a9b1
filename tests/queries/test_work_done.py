"""What was done in a set: by one person, by everybody, and how far its articles are."""

from datetime import UTC, datetime

import pytest

from annotations.choices import ArticleState, ClaimOrigin, ClaimState
from annotations.models import User
from annotations.queries.work_done import ArticlesDone, WorkDone, articles_in, work_done
from tests.builders import make_article, make_claim, make_set, make_user

pytestmark = pytest.mark.django_db

DAY = datetime(2024, 3, 1, tzinfo=UTC)


def test_work_done_counts_each_claim_once_by_what_became_of_it(editor: User) -> None:
    colleague = make_user()
    article, elsewhere = make_article(), make_article()
    for day, (state, by) in enumerate(
        [
            (ClaimState.ACCEPTED, editor),
            (ClaimState.ACCEPTED, editor),
            (ClaimState.CORRECTED, editor),
            (ClaimState.REJECTED, colleague),
        ],
        start=1,
    ):
        make_claim(article=article, state=state.value, decided_by=by, decided_at=DAY.replace(day=day))
    make_claim(
        article=article,
        state=ClaimState.ACCEPTED.value,
        origin=ClaimOrigin.EDITOR.value,
        decided_by=editor,
        decided_at=DAY.replace(day=9),
    )
    make_claim(article=article)
    make_claim(article=elsewhere, state=ClaimState.ACCEPTED.value, decided_by=editor, decided_at=DAY)
    article_set = make_set(articles=(article,))

    by_all, by_editor = work_done(article_set, person=editor)
    assert by_all == WorkDone(1, 2, 1, 1, 1, DAY)
    assert by_all.claims == 5
    assert by_editor == WorkDone(1, 2, 1, 0, 1, DAY)
    assert work_done(None, person=editor)[1] == WorkDone(2, 3, 1, 0, 1, DAY)
    assert work_done(article_set, person=make_user())[1] == WorkDone(0, 0, 0, 0, 0, None)


def test_articles_in_says_how_far_they_are_and_what_was_left_undecided() -> None:
    articles = [make_article(state=state.value) for state in ArticleState]
    make_claim(article=articles[3])  # ready is the third, reviewed the fourth
    make_claim(article=articles[2])
    make_claim(article=make_article())

    found = articles_in(make_set(articles=tuple(articles)))

    assert found == ArticlesDone(total=6, reviewed=1, with_work_left=1, under_way=2, failed=1, undecided=1)
    assert articles_in(None).with_work_left == 2
