"""The pages that show what a newer pipeline would change, of one article and of many, and take the answer."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.choices import ProposalState, Role, Wish
from annotations.domain import proposals, reannotations, review, runs
from annotations.models import AnnotationRun, Article, Proposal, Reannotation, Revision, User
from annotations.queries import reannotation as queries
from tests.builders import make_set, make_user
from tests.domain.drafts import annotated, draft_with, propose

pytestmark = pytest.mark.django_db

OLD = draft_with([(0, "Ana Lindqvist"), (1, "Bo Ek")])
NEW = draft_with([(0, "Cleo Ros"), (2, "Dag Ås")], pipeline="rules 2")


@pytest.fixture(autouse=True)
def pipeline_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another pipeline than the articles', and no worker: the tests do what it would."""
    monkeypatch.setattr("annotations.nlp.pipeline.expected_id", lambda model: "rules 2")
    monkeypatch.setattr("annotations.tasks._hand_over", lambda task, **ids: None)


def page_at(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(client: Client, article: Article) -> str:
    return page_at(client, reverse("annotations:proposal", args=[article.pk]))


def press(client: Client, name: str, pk: int, **data: str) -> str:
    answer = client.post(reverse(f"annotations:{name}", args=[pk]), data)
    assert answer.status_code == 303
    return page_at(client, answer["Location"])


def test_review_page_offers_it_to_who_may_manage(editor: User, editor_client: Client) -> None:
    article = annotated(editor, OLD)
    address = reverse("annotations:proposal", args=[article.pk])
    annotator = Client()
    annotator.force_login(make_user(role=Role.ANNOTATOR))

    assert address in page_at(editor_client, article.get_absolute_url())
    assert address not in page_at(annotator, article.get_absolute_url())


def test_asked_shown_applied_and_taken_back(editor: User, editor_client: Client) -> None:
    article = annotated(editor, OLD)
    review.accept_claim(claim=article.claims.in_text_order()[1], by=editor, version=1)

    assert "annotated by rules 1. The pipeline of today is rules 2" in page_of(editor_client, article)
    assert 'hx-trigger="every 1s"' in press(editor_client, "proposal-ask", article.pk)

    proposal = propose(article, editor, NEW)
    page = page_of(editor_client, article)
    assert 'id="count-added">1<' in page
    assert 'id="count-kept">1<' in page
    assert '<del dir="auto">Ana Lindqvist</del>' in page
    assert '<ins dir="auto">Cleo Ros</ins>' in page

    page = press(editor_client, "proposal-apply", proposal.pk, key="key")
    assert "Applied. What you decided before is as it was." in page
    assert "Take it back" in page
    page = press(editor_client, "proposal-undo", proposal.pk)
    assert "Taken back. The article is as it was before." in page
    claims = article.claims.in_text_order()
    assert [claim.speaker.name for claim in claims if claim.speaker] == ["Ana Lindqvist", "Bo Ek"]


def test_page_tells_when_nothing_would_change(editor: User, editor_client: Client) -> None:
    article = annotated(editor, OLD)
    propose(article, editor, OLD)

    assert "Nothing would change" in page_of(editor_client, article)


def test_stale_proposal_says_so_and_offers_to_work_it_out_again(editor: User, editor_client: Client) -> None:
    article = annotated(editor, OLD)
    proposal = propose(article, editor, NEW)
    review.accept_claim(claim=article.claims.in_text_order()[0], by=make_user(), version=1)

    page = press(editor_client, "proposal-apply", proposal.pk)

    assert proposals.STALE in page
    assert "Applied." not in page
    page = press(editor_client, "proposal-again", proposal.pk)
    assert Proposal.objects.get().state == ProposalState.QUEUED
    assert 'hx-trigger="every 1s"' in page


def test_second_press_on_apply_is_told_that_a_colleague_was_quicker(
    editor: User, editor_client: Client
) -> None:
    article = annotated(editor, OLD)
    proposal = propose(article, editor, NEW)
    proposals.apply_proposal(proposal=proposal, by=make_user())

    assert "This is no longer to be decided: applied." in press(editor_client, "proposal-apply", proposal.pk)
    assert Revision.objects.filter(verb="re-annotate").count() == 1


def test_article_is_not_shown_as_being_annotated_while_a_proposal_is_worked_out(
    editor: User, editor_client: Client
) -> None:
    article = annotated(editor, OLD)
    proposals.request_proposal(article=article, by=editor)

    assert 'id="run-status"' not in page_at(editor_client, article.get_absolute_url())


def test_history_tells_what_was_changed_and_which_pipeline_did_it(
    editor: User, editor_client: Client
) -> None:
    article = annotated(editor, OLD)
    proposals.apply_proposal(proposal=propose(article, editor, NEW), by=editor)

    page = page_at(editor_client, reverse("annotations:article-history", args=[article.pk]))

    assert "re-annotate" in page
    assert '<del dir="auto">rules 1</del>' in page
    assert '<ins dir="auto">Cleo Ros</ins>' in page


# Many articles


def work_out(made: Reannotation) -> None:
    while reannotations.fill(reannotation_id=made.pk):
        pass
    lease = uuid4()
    ids = list(AnnotationRun.objects.filter(state="queued").values_list("pk", flat=True))
    for run_id in runs.take_batch(run_ids=ids, lease=lease):
        proposals.store_proposal(run=AnnotationRun.objects.get(pk=run_id), draft=NEW)


def asked(editor: User) -> Reannotation:
    return reannotations.start_reannotation(article_set=None, pipeline="rules 2", by=editor)


def test_set_is_asked_for_shown_applied_and_taken_back(editor: User, editor_client: Client) -> None:
    found = [annotated(editor, OLD) for _ in range(3)]
    review.accept_claim(claim=found[0].claims.in_text_order()[1], by=editor, version=1)
    chosen = make_set("Bridges", articles=tuple(found[:2]))
    page = page_at(editor_client, f"{reverse('annotations:reannotation-list')}?set={chosen.pk}")
    assert "2 articles of “Bridges” were annotated by another pipeline" in page

    answer = editor_client.post(reverse("annotations:reannotation-start"), {"article_set": chosen.pk})
    made = Reannotation.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert "The articles are being looked up." in page_at(editor_client, made.get_absolute_url())
    work_out(made)

    page = page_at(editor_client, made.get_absolute_url())
    assert "Apply to 2 articles" in page
    assert '<td class="numeric" data-label="Other speaker">2</td>' in page
    assert '<td class="numeric" data-label="Decisions kept">1</td>' in page

    assert "2 articles to go." in press(editor_client, "reannotation-apply", made.pk)
    reannotations.carry_out(proposal_ids=queries.to_carry_out(100))
    assert "Take back in 2 articles" in page_at(editor_client, made.get_absolute_url())

    changed = found[1].claims.in_text_order()[0]
    review.reject_claim(claim=changed, by=make_user(), version=changed.version)
    press(editor_client, "reannotation-undo", made.pk)
    reannotations.carry_out(proposal_ids=queries.to_carry_out(100))
    page = page_at(editor_client, f"{made.get_absolute_url()}?state=kept")
    assert "Built on since: stays" in page
    assert "(reject)" in page
    assert set(made.proposals.values_list("state", flat=True)) == {"undone", "kept"}


def test_apply_before_all_is_worked_out_is_refused(editor: User, editor_client: Client) -> None:
    annotated(editor, OLD)
    made = asked(editor)
    reannotations.fill(reannotation_id=made.pk)

    page = press(editor_client, "reannotation-apply", made.pk)

    assert "Not every article is worked out yet." in page
    made.refresh_from_db()
    assert made.wish == Wish.NOTHING


def test_desk_without_old_articles_has_nothing_to_do(editor: User, editor_client: Client) -> None:
    annotated(editor, NEW)
    made = asked(editor)
    reannotations.fill(reannotation_id=made.pk)

    page = page_at(editor_client, made.get_absolute_url())

    assert "No article here was annotated by another pipeline" in page


def test_pages_cost_the_same_for_more_articles(editor: User, editor_client: Client) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            page_at(editor_client, address)
        return len(caught)

    annotated(editor, OLD)
    made, pages = asked(editor), reverse("annotations:reannotation-list")
    work_out(made)
    few = [cost(made.get_absolute_url()), cost(pages)]

    for _ in range(5):
        annotated(editor, OLD)
    more = asked(editor)
    work_out(more)

    assert [cost(more.get_absolute_url()), cost(pages)] == few
    assert max(few) <= 12
