"""What the revisions say about single claims."""

import pytest

from annotations.domain import review
from annotations.models import User
from annotations.queries.changes import versions_left
from tests.builders import make_claim

pytestmark = pytest.mark.django_db


def test_versions_left_are_those_of_the_step_of_the_key(editor: User) -> None:
    claim, other = make_claim(), make_claim()
    review.accept_claim(claim=claim, by=editor, version=1, request_key="k")
    review.accept_claim(claim=other, by=editor, version=1, request_key="l")

    assert versions_left(by=editor, request_key="k") == {claim.pk: 2}


def test_a_step_without_a_key_is_not_taken_for_another_one_without(editor: User) -> None:
    review.accept_claim(claim=make_claim(), by=editor, version=1)

    assert versions_left(by=editor, request_key="") == {}
