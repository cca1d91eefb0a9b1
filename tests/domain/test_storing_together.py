"""First drafts of a batch, stored together: as if each were alone, and nobody's fault is another's."""

import gc
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, models
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations import tasks
from annotations.choices import ArticleState, ProposalState, Region, RunState, SpeakerKind
from annotations.domain import annotation, articles, proposals, runs
from annotations.models import (
    Alias,
    AnnotationRun,
    Article,
    Candidate,
    Claim,
    ClaimSpan,
    ClaimWords,
    Mention,
    Paragraph,
    Revision,
    Sentence,
    Speaker,
    SpeakerNumber,
    Upload,
    User,
    WorkLeft,
)
from annotations.nlp import pipeline
from annotations.nlp.draft import Draft, DraftSpeaker, Span
from annotations.readers.document import SourceDocument, SourceFormat
from tests.builders import make_speaker, make_user
from tests.domain.drafts import TEXT, annotated, claim_of, draft_with
from tests.domain.examples import rolled_back
from tests.domain.import_numbers import counted, from_rows

pytestmark = pytest.mark.django_db

KINDS = {"a senior official": SpeakerKind.UNNAMED, "Harbour Authority": SpeakerKind.ORGANISATION}
ALIASES = {"Ana Lindqvist": ("Ana T. Lindqvist", "Lindqvist"), "Harbour Authority": ("HA",)}
NAMES = (
    *ALIASES,
    "a senior official",
    "Ana T. Lindqvist",
    "Anna Lindqvist",
    "Ana Lindquist",
    "Lindqvist",
    "HA",
    "Bo Ek",
)
STORED: tuple[type[models.Model], ...] = (
    Article,
    AnnotationRun,
    Paragraph,
    Sentence,
    Mention,
    Speaker,
    Alias,
    Claim,
    ClaimSpan,
    ClaimWords,
    Candidate,
    SpeakerNumber,
    WorkLeft,
    Revision,
    Upload,
)


def draft_by(said: dict[int, str], *, pipeline: str = "rules 1") -> Draft:
    """A draft in which the sentence of each number is said by the one named."""
    draft = draft_with(list(said.items()), pipeline=pipeline)
    speakers = (
        DraftSpeaker(one.name, KINDS.get(one.name, SpeakerKind.PERSON), ALIASES.get(one.name, ()))
        for one in draft.speakers
    )
    return replace(draft, speakers=tuple(speakers))


def queued(editor: User, number: int, upload: Upload | None = None, text: str = TEXT) -> AnnotationRun:
    document = SourceDocument(
        text=f"{text} {number}", source_format=SourceFormat.TEXT, title="Tolls", language="en"
    )
    return articles.store_article(document=document, by=editor, upload=upload)


def started(*batch: AnnotationRun) -> list[AnnotationRun]:
    """The runs in the hands of one worker."""
    ids = [run.pk for run in batch]
    runs.take_batch(run_ids=ids, lease=uuid4())
    return list(AnnotationRun.objects.filter(pk__in=ids).select_related("article").order_by("pk"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row that a draft writes, with the place of a row among its like instead of its id."""
    places = {
        model: {
            pk: at for at, pk in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True))
        }
        for model in (*STORED, User)
    }

    def told(row: Any, field: Any) -> Any:
        value = getattr(row, field.attname)
        if field.remote_field and field.related_model in places:
            return places[field.related_model].get(value)
        if field.primary_key or isinstance(field, models.DateTimeField | models.UUIDField):
            return value is not None
        if field.name == "article_id":
            return places[Article].get(value)
        if isinstance(row, Revision) and field.name == "after":
            return {**value, "run": places[AnnotationRun].get(value.get("run"))}
        return value

    return {
        model.__name__: [
            {field.name: told(row, field) for field in model._meta.concrete_fields}
            for row in model._default_manager.order_by("pk")
        ]
        for model in STORED
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    known=st.lists(st.sampled_from(NAMES), max_size=3),
    said=st.lists(st.dictionaries(st.integers(0, 4), st.sampled_from(NAMES)), min_size=2, max_size=5),
)
def test_drafts_that_are_stored_together_leave_what_they_leave_one_by_one(
    known: list[str], said: list[dict[int, str]]
) -> None:
    drafts = [draft_by(one, pipeline=f"rules {1 + at % 2}") for at, one in enumerate(said)]

    def left(store: Callable[[list[tuple[AnnotationRun, Draft]]], None]) -> dict[str, list[dict[str, Any]]]:
        with rolled_back():
            editor = make_user()
            for name in known:
                make_speaker(name, aliases=ALIASES.get(name, ()))
            uploads = [Upload.objects.create(uploaded_by=editor, runs_total=len(said)) for _ in range(2)]
            batch = started(*(queued(editor, at, uploads[at % 2]) for at in range(len(said))))
            store(list(zip(batch, drafts, strict=True)))
            return everything()

    def together(made: list[tuple[AnnotationRun, Draft]]) -> None:
        assert annotation.store_drafts(made) == []

    def one_by_one(made: list[tuple[AnnotationRun, Draft]]) -> None:
        for run, draft in made:
            annotation.store_draft(run=run, draft=draft)

    assert left(together) == left(one_by_one)


def test_who_is_new_in_one_article_is_the_same_in_the_next_of_the_batch(editor: User) -> None:
    batch = started(*(queued(editor, number) for number in range(3)))

    annotation.store_drafts([(run, draft_by({number: "Ana Lindqvist"})) for number, run in enumerate(batch)])

    ana = Speaker.objects.get()
    assert list(Claim.objects.values_list("speaker", flat=True)) == [ana.pk] * 3


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Draft]:
    """What the pipeline makes of each text, by the last word of it: nothing but five claims, at first."""
    made: dict[str, Draft] = {}
    ordinary = draft_by(dict.fromkeys(range(5), "Ana Lindqvist"))

    def annotate(text: str, **options: object) -> Draft:
        return made.get(text.split()[-1], ordinary)

    monkeypatch.setattr("annotations.nlp.pipeline.annotate", annotate)
    return made


def perform(*batch: AnnotationRun) -> None:
    lease = uuid4()
    runs.perform_batch(run_ids=runs.take_batch(run_ids=[run.pk for run in batch], lease=lease), lease=lease)


def ends(*batch: AnnotationRun) -> list[tuple[str, int, str, int]]:
    """State and tries of each run, state and claims of its article."""
    return [
        (run.state, run.tries, run.article.state, run.article.claims.count())
        for run in AnnotationRun.objects.filter(pk__in=[run.pk for run in batch]).order_by("pk")
    ]


def statements_of(*batch: AnnotationRun) -> int:
    with CaptureQueriesContext(connection) as context:
        perform(*batch)
    return len(context)


DONE = (RunState.DONE, 1, ArticleState.READY, 5)
TO_REPEAT = (RunState.QUEUED, 1, ArticleState.QUEUED, 0)


def test_eight_articles_cost_little_more_statements_than_one(editor: User, drafts: dict[str, Draft]) -> None:
    one = statements_of(queued(editor, 0))
    eight = [queued(editor, number) for number in range(1, 9)]

    assert statements_of(*eight) <= one + 7 * 2
    assert ends(*eight) == [DONE] * 8


def broken_by_the_database() -> Draft:
    draft = draft_by({0: "Ana Lindqvist"})
    return replace(draft, claims=(claim_of(draft.claims[0], content=(Span(9, 3),)),))


def broken_by_us() -> Draft:
    draft = draft_by({0: "Ana Lindqvist"})
    return replace(draft, claims=(claim_of(draft.claims[0], speaker=7),))


@pytest.mark.parametrize("broken", [broken_by_the_database, broken_by_us])
def test_a_draft_that_can_t_be_stored_ends_its_own_try_alone(
    editor: User, drafts: dict[str, Draft], broken: Callable[[], Draft]
) -> None:
    upload = Upload.objects.create(uploaded_by=editor, runs_total=3)
    batch = [queued(editor, number, upload) for number in range(3)]
    drafts["1"] = broken()

    perform(*batch)

    assert ends(*batch) == [DONE, TO_REPEAT, DONE]
    assert counted(upload) == from_rows(upload)
    assert Speaker.objects.count() == 1


def test_a_run_that_was_taken_away_meanwhile_drops_out_alone(
    editor: User, drafts: dict[str, Draft], caplog: pytest.LogCaptureFixture
) -> None:
    batch = started(*(queued(editor, number) for number in range(3)))
    AnnotationRun.objects.filter(pk=batch[1].pk).update(lease=uuid4())

    annotation.store_drafts([(run, draft_by({0: "Ana Lindqvist"})) for run in batch])

    assert [end[0] for end in ends(*batch)] == [RunState.DONE, RunState.RUNNING, RunState.DONE]
    assert [end[3] for end in ends(*batch)] == [1, 0, 1]
    assert f"run {batch[1].pk} is not this worker's any more" in caplog.text
    assert caplog.text.count("is dropped") == 1


def test_an_article_that_was_deleted_meanwhile_drops_out_alone(
    editor: User, caplog: pytest.LogCaptureFixture
) -> None:
    batch = started(*(queued(editor, number) for number in range(3)))
    articles.delete_article(article=batch[1].article, by=editor)

    annotation.store_drafts([(run, draft_by({0: "Ana Lindqvist"})) for run in batch])

    assert [end[0] for end in ends(*batch)] == [RunState.DONE] * 2
    assert f"the article of run {batch[1].pk} was deleted" in caplog.text


def test_a_draft_that_is_not_the_first_is_left_to_be_stored_alone(
    editor: User, drafts: dict[str, Draft]
) -> None:
    first, again, other = (queued(editor, number) for number in range(3))
    batch = started(first, again, other)
    made = [(run, draft_by({0: "Ana Lindqvist"})) for run in batch]
    Paragraph.objects.create(
        article=again.article, index=1, start=0, end=9, region=Region.HEADLINE.value, set_by=editor
    )

    assert annotation.store_drafts(made) == [made[1]]
    assert [end[0] for end in ends(*batch)] == [RunState.DONE, RunState.RUNNING, RunState.DONE]
    assert annotation.store_drafts([made[1]]) == []
    assert [end[0] for end in ends(*batch)] == [RunState.DONE] * 3
    assert again.article.paragraphs.get(index=1).region == Region.HEADLINE


def test_a_batch_of_first_drafts_a_later_one_and_a_proposal_is_done_whole(
    editor: User, drafts: dict[str, Draft]
) -> None:
    later, proposed = (annotated(editor, draft_by({0: "Ana Lindqvist"})) for _ in range(2))
    proposal = proposals.request_proposal(article=proposed, by=editor)
    assert proposal.run is not None
    batch = [proposal.run, *(queued(editor, 100 + number) for number in range(3))]
    batch.insert(2, runs.queue_run(article=later, by=editor))

    perform(*batch)

    assert ends(proposal.run) == [(RunState.DONE, 1, ArticleState.READY, 1)]
    assert ends(*batch[1:]) == [DONE] * 4
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.READY


def test_a_long_article_is_stored_alone(
    editor: User, drafts: dict[str, Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [queued(editor, number) for number in range(5)]
    long = batch[2].article
    together: list[list[int]] = []
    really = annotation.store_drafts

    def note(made: list[tuple[AnnotationRun, Draft]]) -> list[tuple[AnnotationRun, Draft]]:
        together.append([run.pk for run, _ in made])
        return really(made)

    monkeypatch.setattr(annotation, "store_drafts", note)
    Article.objects.filter(pk=long.pk).update(text=f"{long.text}{' ' * runs.MOST_CHARACTERS}2")
    perform(*batch)

    ids = [run.pk for run in batch]
    assert together == [ids[:2], [ids[2]], ids[3:]]
    assert ends(*batch) == [DONE] * 5


def test_what_is_done_is_stored_while_the_pipeline_is_at_the_next(
    editor: User, drafts: dict[str, Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, long = (queued(editor, number) for number in range(2))
    text = f"{long.article.text}{' ' * runs.MOST_CHARACTERS}2"
    Article.objects.filter(pk=long.article_id).update(text=text)
    is_stored = Event()
    came_first: list[bool] = []
    really_annotate, really_store = pipeline.annotate, annotation.store_draft

    def annotate(text: str, **options: Any) -> Draft:
        if len(text) > runs.MOST_CHARACTERS:
            came_first.append(is_stored.wait(timeout=30))
        return really_annotate(text, **options)

    def store(*, run: AnnotationRun, draft: Draft) -> None:
        really_store(run=run, draft=draft)
        is_stored.set()

    monkeypatch.setattr(pipeline, "annotate", annotate)
    monkeypatch.setattr(annotation, "store_draft", store)
    perform(first, long)

    assert came_first == [True]
    assert ends(first, long) == [DONE] * 2


def test_a_database_that_is_away_leaves_the_whole_group_to_be_taken_up(
    editor: User, drafts: dict[str, Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [queued(editor, number) for number in range(2)]

    def away(*args: object, **options: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("annotations.domain.placing.store_claims", away)
    with pytest.raises(OperationalError):
        perform(*batch)

    assert ends(*batch) == [(RunState.RUNNING, 1, ArticleState.ANNOTATING, 0)] * 2
    assert not Speaker.objects.exists()


def test_the_garbage_collector_passes_over_what_the_first_batch_has_loaded() -> None:
    tasks._keep_what_is_loaded.cache_clear()
    gc.unfreeze()

    tasks.annotate_articles.call(run_ids=[])

    assert gc.get_freeze_count() > 0
    gc.unfreeze()
