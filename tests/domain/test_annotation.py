"""Pre-annotation: the draft as it is stored, and what outlives it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotations.choices import (
    ArticleState,
    ClaimKind,
    ClaimState,
    MentionForm,
    Region,
    RunState,
    SpanRole,
    SpeakerKind,
)
from annotations.domain import annotation, articles, review, runs
from annotations.domain.merging import merge_speakers
from annotations.domain.splitting import split_speaker
from annotations.models import AnnotationRun, Article, Claim, Speaker, User
from annotations.nlp.draft import (
    Draft,
    DraftClaim,
    DraftMention,
    DraftParagraph,
    DraftSentence,
    DraftSpeaker,
    Span,
)
from annotations.readers.document import SourceDocument, SourceFormat
from tests.builders import make_claim, make_speaker

pytestmark = pytest.mark.django_db

TEXT = "“Tolls stay,” said Ana Lindqvist.\n\n“They go,” Mr Ek said."


def draft(*, speakers: tuple[DraftSpeaker, ...] | None = None, second: int | None = 1) -> Draft:
    """A draft of TEXT with two claims."""
    return Draft(
        pipeline="rules 1",
        paragraphs=(DraftParagraph(0, 33, Region.BODY), DraftParagraph(35, 57, Region.BODY)),
        sentences=(DraftSentence(0, 33, 0), DraftSentence(35, 57, 1)),
        speakers=speakers
        or (
            DraftSpeaker("Ana Lindqvist", SpeakerKind.PERSON, role="mayor"),
            DraftSpeaker("Bo Ek", SpeakerKind.PERSON, aliases=("Ek",)),
        ),
        mentions=(DraftMention(19, 32, MentionForm.NAME, 0), DraftMention(46, 51, MentionForm.NAME, 1)),
        claims=(
            DraftClaim(
                ClaimKind.DIRECT,
                (Span(0, 13),),
                (Span(14, 18),),
                (Span(19, 32),),
                MentionForm.NAME,
                0,
                (0,),
                0.9,
            ),
            DraftClaim(
                ClaimKind.DIRECT,
                (Span(35, 45),),
                (Span(52, 56),),
                (Span(46, 51),),
                MentionForm.NAME,
                second,
                (1,),
                0.5,
            ),
        ),
    )


def stored(editor: User, **fields: object) -> AnnotationRun:
    document = SourceDocument(text=TEXT, source_format=SourceFormat.TEXT, title="Tolls", language="en")
    return articles.store_article(document=document, by=editor)


def annotated(editor: User, **changes: object) -> Article:
    run = stored(editor)
    start(run)
    annotation.store_draft(run=run, draft=draft(**changes))  # type: ignore[arg-type] # plain test values
    return Article.objects.get()


def perform(run: AnnotationRun) -> None:
    lease = uuid4()
    runs.perform_batch(run_ids=runs.take_batch(run_ids=[run.pk], lease=lease), lease=lease)


def start(run: AnnotationRun) -> None:
    AnnotationRun.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING, tries=1, heartbeat_at=timezone.now()
    )
    run.refresh_from_db()


def again(article: Article, editor: User, new: Draft) -> None:
    run = runs.queue_run(article=article, by=editor)
    start(run)
    annotation.store_draft(run=run, draft=new)


def test_store_draft_stores_layout_mentions_speakers_and_claims(editor: User) -> None:
    article = annotated(editor)

    assert (article.state, article.pipeline) == (ArticleState.READY, "rules 1")
    assert list(article.paragraphs.values_list("index", "start", "end", "region")) == [
        (1, 0, 33, "body"),
        (2, 35, 57, "body"),
    ]
    assert list(article.sentences.values_list("index", "paragraph__index", "start")) == [
        (1, 1, 0),
        (2, 2, 35),
    ]
    assert list(article.mentions.values_list("start", "speaker__name")) == [
        (19, "Ana Lindqvist"),
        (46, "Bo Ek"),
    ]
    claims = article.claims.in_text_order()
    assert [(c.start, c.speaker.name if c.speaker else None, c.state) for c in claims] == [
        (0, "Ana Lindqvist", ClaimState.SUGGESTED),
        (35, "Bo Ek", ClaimState.SUGGESTED),
    ]
    assert list(claims[0].spans.values_list("role", "start", "end")) == [
        ("content", 0, 13),
        ("cue", 14, 18),
        ("source", 19, 32),
    ]
    assert Speaker.objects.get(name="Ana Lindqvist").role == "mayor"


def crowd(count: int) -> Draft:
    """A draft in which so many people are mentioned and quoted, each with the next one for a candidate."""
    spoken = [Span(at, at + 2) for at in range(count)]
    return replace(
        draft(),
        speakers=tuple(
            DraftSpeaker(f"Ana Berg{letter}", SpeakerKind.PERSON, aliases=(f"Ana T. Berg{letter}",))
            for letter in "abcdefghijklmnopqrst"[:count]
        ),
        mentions=tuple(
            DraftMention(span.start, span.end, MentionForm.NAME, at) for at, span in enumerate(spoken)
        ),
        claims=tuple(
            DraftClaim(
                ClaimKind.DIRECT, (span,), (), (), None, at, candidates=(at, (at + 1) % count), confidence=0.5
            )
            for at, span in enumerate(spoken)
        ),
    )


@pytest.mark.parametrize("count", [2, 20])
def test_the_first_draft_of_an_article_costs_the_same_for_few_claims_and_speakers_and_for_many(
    editor: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = stored(editor)
    start(run)
    run = AnnotationRun.objects.select_related("article").get(pk=run.pk)

    with django_assert_num_queries(22):  # two of them are the savepoint's
        annotation.store_draft(run=run, draft=crowd(count))

    assert (Claim.objects.count(), Speaker.objects.count()) == (count, count)


def test_what_a_person_left_in_an_article_before_its_first_draft_stays(editor: User) -> None:
    run = stored(editor)
    dag, eva = make_speaker("Dag Ås"), make_speaker("Eva Lo")
    for speaker in (dag, eva):
        own = review.add_claim(article=run.article, content=[(0, 13)], by=editor)
        own = review.assign_speaker(claim=own, speaker=speaker, by=editor, version=1)
        if speaker == dag:
            review.delete_claim(claim=own, by=editor, version=own.version)
    start(run)

    annotation.store_draft(run=run, draft=draft())

    claims = run.article.claims.in_text_order()
    assert [(claim.start, claim.origin) for claim in claims] == [(0, "editor"), (35, "pipeline")]
    assert claims[0].sentence == run.article.sentences.get(index=1)
    assert dict(run.article.speaker_numbers.values_list("speaker__name", "number")) == {
        "Eva Lo": 2,
        "Ana Lindqvist": 3,
        "Bo Ek": 4,
    }


def test_numbers_of_before_the_first_draft_are_not_given_again(editor: User) -> None:
    run = stored(editor)
    own = review.add_claim(article=run.article, content=[(0, 13)], by=editor)
    own = review.assign_speaker(claim=own, speaker=make_speaker("Dag Ås"), by=editor, version=1)
    review.delete_claim(claim=own, by=editor, version=own.version)
    start(run)

    annotation.store_draft(run=run, draft=draft())

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert not run.article.speaker_numbers.filter(speaker__name="Dag Ås").exists()


def test_a_speaker_whom_the_desk_knows_by_name_is_used(editor: User) -> None:
    known = make_speaker("Ana Lindqvist")

    article = annotated(editor)

    assert article.claims.in_text_order()[0].speaker == known
    assert Speaker.objects.filter(name="Ana Lindqvist").count() == 1


def test_where_two_of_the_desk_s_speakers_fit_the_claim_stays_open_with_both(editor: User) -> None:
    first, second = make_speaker("Ana Lindqvist"), make_speaker("Ana Lindqvist", role="singer")

    claim = annotated(editor).claims.in_text_order()[0]

    assert (claim.speaker, claim.state) == (None, ClaimState.SUGGESTED)
    assert [candidate.speaker for candidate in claim.candidates.all()] == [first, second]


def test_a_claim_whose_speaker_is_left_open_says_why_and_is_half_as_sure(editor: User) -> None:
    make_speaker("Ana Lindqvist")
    make_speaker("Ana Lindqvist", role="singer")

    claim = annotated(editor).claims.in_text_order()[0]

    assert claim.reason == "“Ana Lindqvist” may be Ana Lindqvist or Ana Lindqvist (singer)"
    assert claim.confidence == 0.45


def test_the_reason_says_why_the_draft_has_its_speaker_and_why_it_is_that_one_of_the_desk(
    editor: User,
) -> None:
    make_speaker("Ana Maria Lindqvist", aliases=("Ana Lindqvist",))
    new = draft()
    named = replace(new, claims=(replace(new.claims[0], reason="subject of “said”"), new.claims[1]))
    run = stored(editor)
    start(run)

    annotation.store_draft(run=run, draft=named)

    first, second = run.article.claims.in_text_order()
    assert first.reason == ("subject of “said”; the desk knows Ana Maria Lindqvist as “Ana Lindqvist” too")
    assert (first.confidence, second.reason) == (0.9, "")


def test_a_known_speaker_much_like_a_new_one_is_offered_behind_it(editor: User) -> None:
    known = make_speaker("Ana Lindquist")

    claim = annotated(editor).claims.in_text_order()[0]

    assert claim.speaker is not None
    assert [candidate.speaker for candidate in claim.candidates.all()] == [claim.speaker, known]


def test_a_merged_speaker_is_not_matched_but_its_survivor_is(editor: User) -> None:
    survivor = make_speaker("Ana Maria Lindqvist", aliases=("Ana Lindqvist",))
    make_speaker("Ana Lindqvist", merged_into=survivor)

    assert annotated(editor).claims.in_text_order()[0].speaker == survivor


def test_an_unnamed_speaker_is_never_the_one_of_another_article(editor: User) -> None:
    make_speaker("a senior official", kind=SpeakerKind.UNNAMED.value)
    official = DraftSpeaker("a senior official", SpeakerKind.UNNAMED)

    article = annotated(editor, speakers=(official, DraftSpeaker("Bo Ek", SpeakerKind.PERSON)))
    again(article, editor, draft(speakers=(official, DraftSpeaker("Bo Ek", SpeakerKind.PERSON))))

    assert Speaker.objects.filter(name="a senior official").count() == 2


def test_annotating_again_keeps_every_human_decision(editor: User) -> None:
    article = annotated(editor)
    first, second = article.claims.in_text_order()
    review.accept_claim(claim=first, by=editor, version=1)
    own = review.add_claim(article=article, content=[(46, 56)], by=editor)

    again(article, editor, draft())

    states = {(c.pk, c.state) for c in Claim.objects.filter(pk__in=[first.pk, own.pk])}
    assert states == {(first.pk, ClaimState.ACCEPTED), (own.pk, ClaimState.ACCEPTED)}
    assert not Claim.objects.filter(pk=second.pk).exists()
    assert [c.start for c in article.claims.in_text_order()] == [0, 35, 46]
    assert article.claims.in_text_order()[2].sentence.index == 2  # type: ignore[union-attr] # it has one


def test_annotating_again_does_not_suggest_what_was_rejected(editor: User) -> None:
    article = annotated(editor)
    review.reject_claim(claim=article.claims.in_text_order()[1], by=editor, version=1)

    again(article, editor, draft())

    assert list(article.claims.in_text_order().values_list("start", "state")) == [
        (0, "suggested"),
        (35, "rejected"),
    ]


def test_annotating_again_keeps_a_suggestion_that_an_editor_left_a_note_on(editor: User) -> None:
    article = annotated(editor)
    _, second = article.claims.in_text_order()
    review.change_note(claim=second, note="ask Bo", by=editor, version=1)

    again(article, editor, draft())

    kept = article.claims.in_text_order()[1]
    assert (kept.pk, kept.note, kept.state) == (second.pk, "ask Bo", ClaimState.SUGGESTED)
    assert article.claims.count() == 2


def test_annotating_again_keeps_a_suggestion_whose_speaker_a_split_gave(editor: User) -> None:
    article = annotated(editor)
    claim = article.claims.in_text_order()[0]
    split_speaker(
        speaker=Speaker.objects.get(name="Ana Lindqvist"),
        claim_ids=[claim.pk],
        alias_ids=[],
        to="Ana Lind",
        by=editor,
    )

    again(article, editor, draft())

    kept = article.claims.in_text_order()[0]
    assert (kept.pk, kept.speaker.name) == (claim.pk, "Ana Lind")  # type: ignore[union-attr] # it has one


def test_annotating_again_takes_a_suggestion_whose_speaker_was_only_merged(editor: User) -> None:
    article = annotated(editor)
    claim = article.claims.in_text_order()[0]
    merge_speakers(
        source=Speaker.objects.get(name="Ana Lindqvist"), target=make_speaker("Ana Lindkvist"), by=editor
    )

    again(article, editor, draft())

    assert not Claim.objects.filter(pk=claim.pk).exists()
    assert article.claims.count() == 2


def test_a_region_set_while_a_draft_is_made_outlives_that_draft(editor: User) -> None:
    article = annotated(editor)
    run = runs.queue_run(article=article, by=editor)
    start(run)
    made_before = draft()
    articles.set_region(paragraph=article.paragraphs.get(index=2), region=Region.CAPTION, by=editor)

    annotation.store_draft(run=run, draft=made_before)

    assert article.paragraphs.get(index=2).region == Region.CAPTION


def test_annotating_again_leaves_no_speaker_that_nothing_refers_to(editor: User) -> None:
    article = annotated(editor)

    again(
        article,
        editor,
        draft(
            speakers=(
                DraftSpeaker("Ana Lindqvist", SpeakerKind.PERSON),
                DraftSpeaker("Bo Ekman", SpeakerKind.PERSON),
            )
        ),
    )

    assert list(Speaker.objects.values_list("name", flat=True)) == ["Ana Lindqvist", "Bo Ekman"]


def test_a_region_that_an_editor_set_outlives_the_next_run(editor: User) -> None:
    article = annotated(editor)
    articles.set_region(paragraph=article.paragraphs.get(index=2), region=Region.BOILERPLATE, by=editor)
    run = article.runs.get(state=RunState.QUEUED)

    perform(run)

    assert article.paragraphs.get(index=2).region == Region.BOILERPLATE
    assert [c.start for c in article.claims.all()] == [0]


@pytest.mark.pipeline
def test_perform_run_annotates_with_the_real_pipeline(editor: User) -> None:
    run = stored(editor)

    perform(run)

    run.refresh_from_db()
    article = run.article
    assert (run.state, article.state) == (RunState.DONE, ArticleState.READY)
    assert article.claims.in_text_order()[0].speaker.name == "Ana Lindqvist"  # type: ignore[union-attr] # it has one


@pytest.mark.pipeline
def test_a_title_made_of_the_first_sentence_makes_no_headline_of_it(editor: User) -> None:
    text = (
        "The town of Norrby has offered to build the bridge.\n\n“It will open,” said Ana Roth, the mayor.\n"
    )
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, language="en")
    run = articles.store_article(document=document, by=editor)

    perform(run)

    article = Article.objects.get()
    assert article.title == text.splitlines()[0]
    assert list(article.paragraphs.values_list("region", flat=True)) == ["body", "body"]


def test_an_article_in_another_language_gets_its_layout_and_no_claims(editor: User) -> None:
    text = "„Die Brücke bleibt zu“, sagte Anna Berg. Sie ging.\n\nNiemand sonst sprach."
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, language="de")
    run = articles.store_article(document=document, by=editor)

    perform(run)

    article = Article.objects.get()
    assert (article.state, article.pipeline, article.is_pre_annotated) == (ArticleState.READY, "", False)
    assert (article.paragraphs.count(), article.sentences.count(), article.claims.count()) == (2, 3, 0)
    added = review.add_claim(article=article, content=[(0, 22)], by=editor)
    assert added.sentence is not None


def test_a_draft_that_can_t_be_stored_leaves_the_article_as_it_was(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = annotated(editor)
    before = list(article.claims.values_list("pk", "start"))

    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("annotations.domain.matching.forget_unused", fail)
    with pytest.raises(RuntimeError):
        again(article, editor, draft())

    assert list(article.claims.values_list("pk", "start")) == before


def test_deleting_an_article_takes_the_speakers_along_that_only_it_mentions(editor: User) -> None:
    article = annotated(editor)
    kept = Speaker.objects.get(name="Bo Ek")
    make_claim(speaker=kept)

    articles.delete_article(article=article, by=editor)

    assert list(Speaker.objects.all()) == [kept]


def test_the_same_text_again_is_the_article_that_is_there(editor: User) -> None:
    run = stored(editor)

    with pytest.raises(articles.AlreadyThere) as already:
        stored(editor)

    assert (already.value.article, Article.objects.count()) == (run.article, 1)


def test_a_title_is_made_of_the_first_body_sentence_where_none_is_given(editor: User) -> None:
    document = SourceDocument(text=TEXT, source_format=SourceFormat.TEXT)

    run = articles.store_article(document=document, by=editor, source_name="tolls.txt")

    assert run.article.title == "“Tolls stay,” said Ana Lindqvist."


def test_spans_of_a_claim_keep_their_roles(editor: User) -> None:
    claim = annotated(editor).claims.in_text_order()[1]

    assert [span.role for span in claim.spans.all()] == [SpanRole.CONTENT, SpanRole.CUE, SpanRole.SOURCE]
