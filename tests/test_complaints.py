"""What people complain about elsewhere: docs/contributors/complaints.md names a test for each, which exists.

The cases that no other test shows are here, and in tests/e2e/test_complaints.py those that need a browser.
"""

import ast
import re
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.domain import review, undo
from annotations.models import Claim, Revision, User
from tests.builders import make_article, make_claim, make_user
from tests.views.requests import post

ROOT = Path(__file__).resolve().parent.parent
ROWS = re.findall(
    r"^\| (\d+) \| (.+) \| (.+) \|$", (ROOT / "docs/contributors/complaints.md").read_text("utf-8"), re.M
)
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", " ".join(outcome for _, _, outcome in ROWS))

WRITERS = 6


def test_every_complaint_about_reviewing_stands_in_the_table_once() -> None:
    assert [int(number) for number, _, _ in ROWS] == [*range(1, 18), *range(26, 31)]


def test_every_complaint_names_a_test_or_says_why_it_can_not_arise() -> None:
    assert [
        number for number, _, outcome in ROWS if "::" not in outcome and "can’t arise" not in outcome
    ] == []


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_named_test_exists(path: str) -> None:
    module = ast.parse((ROOT / path).read_text("utf-8"))
    there = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}

    assert {name for file, name in NAMED if file == path} <= there


# ---- The cases ----


def test_a_claim_added_to_a_hundred_others_is_on_the_page_once(editor_client: Client, editor: User) -> None:
    text = " ".join(f"word{number}" for number in range(300))
    article = make_article(text=text)
    for number in range(100):
        start = text.index(f"word{2 * number} ")
        make_claim(article=article, content=((start, start + 5),))
    start = text.index("word250")

    answer = post(
        editor_client, "claim-add", article.pk, spans=f"{start}-{start + 7}", key="k"
    ).content.decode()

    added = Claim.objects.get(origin="editor")
    assert answer.count(f'id="claim-card-{added.pk}"') == 1
    assert re.search(rf'<mark [^>]*data-claims="{added.pk}"[^>]*>word250</mark>', answer)
    assert f'<mark class="mark-content is-accepted speaker-none" data-claims="{added.pk}"' in (
        editor_client.get(article.get_absolute_url(), {"claim": added.pk}).content.decode()
    )
    assert article.claims.count() == 101


def test_notes_on_every_claim_cost_the_page_nothing(editor_client: Client) -> None:
    article = make_article()
    for _ in range(30):
        make_claim(article=article)
    editor_client.get(article.get_absolute_url())

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            editor_client.get(article.get_absolute_url())
        return len(queries)

    without = cost()
    article.claims.update(note="Is this the minister or his spokesman? " * 20)

    assert cost() == without


@pytest.mark.django_db(transaction=True)
def test_writers_at_one_moment_wait_for_each_other_and_none_fails() -> None:
    claims = [make_claim() for _ in range(WRITERS)]
    people = [make_user() for _ in range(WRITERS)]
    together = Barrier(WRITERS)
    failed: list[BaseException] = []

    def decide(claim: Claim, by: User) -> None:
        try:
            together.wait()
            for version in range(1, 6):
                verb = review.accept_claim if version % 2 else review.reject_claim
                verb(claim=claim, by=by, version=version)
        except BaseException as error:  # whatever a thread raises, the assertion alone can see
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in zip(claims, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert Revision.objects.count() == 5 * WRITERS
    assert list(Claim.objects.values_list("state", "version").distinct()) == [("accepted", 6)]


def test_a_claim_over_all_others_leaves_each_as_it_was_and_is_undone_alone(editor: User) -> None:
    text = "“Tolls stay,” said Ana Lindqvist. “They go,” Bo Ek said."
    article = make_article(text=text)
    first = make_claim(article=article, content=((0, 13),), source=((19, 32),))
    second = make_claim(article=article, content=((34, 44),), source=((45, 50),))
    review.accept_claim(claim=first, by=editor, version=1)

    def as_stored() -> list[tuple[object, ...]]:
        rows = Claim.objects.filter(pk__in=(first.pk, second.pk)).order_by("pk")
        spans = "spans__role", "spans__start", "spans__end"
        return list(rows.order_by("pk", *spans).values_list("pk", "state", "version", *spans))

    before = as_stored()

    over_all = review.add_claim(article=article, content=((0, len(text)),), by=editor)
    assert as_stored() == before
    assert [(span.start, span.end) for span in over_all.spans.all()] == [(0, len(text))]

    undo.undo_last(article=article, by=editor)
    assert not Claim.objects.filter(pk=over_all.pk).exists()
    assert as_stored() == before
