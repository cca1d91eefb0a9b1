"""Speakers: matching, searching, their claims, likely duplicates, and what a merge would move."""

from datetime import date

import pytest

from annotations.choices import ClaimState, SpeakerKind
from annotations.domain.merging import merge_speakers, undo_merge
from annotations.models import Candidate, Speaker, SpeakerFigures, User
from annotations.names import normalise_name
from annotations.queries import speakers
from annotations.queries.speakers import (
    CLAIM_ORDER,
    PreviewedArticle,
    claims_of,
    match_speakers,
    merge_preview,
    open_merges,
    speaker_search,
    speakers_matching,
    speakers_named,
    with_claim_counts,
    with_rejected_count,
)
from tests.builders import make_article, make_claim, make_mention
from tests.builders import make_speaker as make_raw_speaker

pytestmark = pytest.mark.django_db


def make_speaker(name: str = "Ana Lindqvist", **fields: object) -> Speaker:
    speaker = make_raw_speaker(name, **fields)
    for alias in speaker.aliases.all():
        alias.normalised = normalise_name(alias.text)
        alias.save()
    return speaker


# ---- Matching and searching ----


@pytest.mark.parametrize("text", ["Ana Lindqvist", "Mrs ANA  Lindqvist’s", "the mayor"])
def test_match_speakers_finds_any_spelling_of_an_alias(text: str) -> None:
    ana = make_speaker("Ana Lindqvist", aliases=("The Mayor",))
    make_speaker("Ana Lindqvist-Berg")

    assert match_speakers(text) == [ana]


def test_match_speakers_finds_all_of_that_name_oldest_first() -> None:
    peter, ana = (
        make_speaker("Peter Lindqvist", aliases=("Lindqvist",)),
        make_speaker("Ana Lindqvist", aliases=("Lindqvist",)),
    )

    assert match_speakers("Lindqvist") == [peter, ana]


@pytest.mark.parametrize("text", ["", "?", "Lindq", "Ana"])
def test_match_speakers_takes_no_part_of_a_name(text: str) -> None:
    make_speaker("Ana Lindqvist")

    assert match_speakers(text) == []


def test_match_speakers_leaves_out_merged_ones(editor: User) -> None:
    source, target = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist", aliases=("A Lindqvist",))
    merge_speakers(source=source, target=target, by=editor)

    assert match_speakers("A Lindqvist") == [target]


def test_match_speakers_leaves_out_the_unnamed_of_other_articles() -> None:
    make_speaker("a senior official", kind=SpeakerKind.UNNAMED.value)

    assert match_speakers("a senior official") == []


@pytest.mark.parametrize("text", ["an", "Lind", "ana lin", "lind an", "Mrs Lind", "board", "MAY"])
def test_speakers_named_have_an_alias_whose_words_begin_so(text: str) -> None:
    found = {
        make_speaker("Ana Lindqvist", aliases=("The Mayor",)): {
            "an",
            "Lind",
            "ana lin",
            "lind an",
            "Mrs Lind",
            "MAY",
        },
        make_speaker("Harbour Board"): {"board"},
        make_speaker("Tomas Oduya"): set(),
    }

    assert set(speakers_named(text)) == {speaker for speaker, texts in found.items() if text in texts}


@pytest.mark.parametrize("text", ["", "?!", "indqvist", "ana oduya", "%", "_"])
def test_speakers_named_are_none_where_no_word_begins_so(text: str) -> None:
    make_speaker("Ana Lindqvist", aliases=("The mayor",))
    make_speaker("Tomas Oduya")

    assert list(speakers_named(text)) == []


def test_speakers_named_must_have_all_words_in_one_alias() -> None:
    make_speaker("Ana Lindqvist", aliases=("The mayor",))

    assert list(speakers_named("ana mayor")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("דוד לוי", "לוי"),
        ("Nguyễn Văn Ân", "văn"),
        ("अनिल शर्मा", "शर्म"),
        ("Łukasz Żak", "żak"),
        ("3M Europe", "3m"),
        ("Seán O’Brien", "obr"),
    ],
)
def test_speakers_named_are_found_in_any_script(name: str, text: str) -> None:
    speaker = make_speaker(name)

    assert list(speakers_named(text)) == [speaker]
    assert list(speakers_named(text[1:])) == []


def test_speakers_named_follow_what_becomes_of_an_alias() -> None:
    ana = make_speaker("Ana Lindqvist", aliases=("The Mayor", "Board member"))
    ana.aliases.filter(text="The Mayor").delete()
    ana.aliases.filter(text="Board member").update(normalised="councillor")

    assert list(speakers_named("mayor")) == []
    assert list(speakers_named("board")) == []
    assert list(speakers_named("counc")) == [ana]


def test_speaker_search_considers_the_most_quoted_and_those_of_the_name_where_many_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speakers, "CONSIDERED", 2)
    little, much, most = (make_speaker(f"Lindqvist {name}") for name in ("One", "Two", "Three"))
    unquoted = make_speaker("Lind")
    for speaker, claims in ((little, 1), (much, 8), (most, 9)):
        SpeakerFigures.objects.create(speaker=speaker, claims=claims, articles=1)

    assert speaker_search("lind") == [unquoted, most, much]
    assert speaker_search("lindqvist one") == [little]


def test_speaker_search_puts_the_best_first() -> None:
    inside = make_speaker("Aaron Lind")
    begins = make_speaker("Lindqvist, Ana")
    unnamed = make_speaker("Lind", kind=SpeakerKind.UNNAMED.value)
    exact = make_speaker("Zoe Berg", aliases=("Lind",))
    also_begins = make_speaker("Lindbeck")

    assert speaker_search("lind") == [exact, also_begins, begins, inside, unnamed]


def test_speaker_search_puts_the_most_quoted_of_equals_first() -> None:
    quiet, quoted = make_speaker("Ana Lindqvist"), make_speaker("Zoe Lindqvist")
    make_claim(speaker=quoted)

    assert speaker_search("lind") == [quoted, quiet]


def test_speaker_search_stops_at_its_limit_and_names_each_once() -> None:
    ana = make_speaker("Ana Lindqvist", aliases=("Lindqvist", "Mayor Lindqvist"))
    make_speaker("Peter Lindqvist")

    assert speaker_search("lind", 1) == [ana]
    assert len(speaker_search("lind")) == 2


def test_speakers_matching_filters_by_name_and_kind() -> None:
    board = make_speaker("Harbour Board", kind=SpeakerKind.ORGANISATION.value)
    make_speaker("Harbour Master")
    make_speaker("Ministry", kind=SpeakerKind.ORGANISATION.value)

    assert list(speakers_matching(text="harb", kind=SpeakerKind.ORGANISATION)) == [board]
    assert speakers_matching().count() == 3


def test_speakers_matching_leaves_out_merged_ones(editor: User) -> None:
    source, target = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist")
    merge_speakers(source=source, target=target, by=editor)

    assert list(speakers_matching()) == [target]


# ---- Claims ----


def test_with_claim_counts_counts_claims_that_stand_and_their_articles() -> None:
    ana = make_speaker()
    article = make_article()
    for state in ClaimState:
        make_claim(article=article, speaker=ana, state=state.value)
    make_claim(speaker=ana)
    make_claim()

    counted = with_claim_counts(Speaker.objects.all()).get()
    assert (counted.claim_count, counted.article_count) == (4, 2)


def test_claims_of_carry_the_words_of_their_content_in_order() -> None:
    text = "🙂 “One,” said Ana, “two\nand three.” Nobody else."
    one, two = text.index("“One"), text.index("“two")
    claim = make_claim(
        article=make_article(text=text),
        content=((one, one + 6), (two, text.index(" Nobody"))),
        cue=((one + 7, one + 11),),
        speaker=make_speaker(),
    )

    found = claims_of(claim.speaker).get()

    assert [piece.words for piece in found.content_pieces] == ["“One,”", "“two\nand three.”"]


def test_claims_of_load_no_text_of_any_article() -> None:
    make_claim(speaker=(ana := make_speaker()))

    assert claims_of(ana).get().article.get_deferred_fields() == {"text"}


def test_claims_of_leave_out_rejected_ones_unless_asked() -> None:
    ana = make_speaker()
    stands = make_claim(speaker=ana)
    rejected = make_claim(speaker=ana, state=ClaimState.REJECTED.value)
    make_claim(speaker=make_speaker("Tomas Oduya"))

    assert list(claims_of(ana)) == [stands]
    assert set(claims_of(ana, with_rejected=True)) == {stands, rejected}
    assert with_rejected_count(Speaker.objects.filter(pk=ana.pk)).get().rejected_count == 1


def test_claims_of_stand_by_article_latest_upload_first_then_in_text_order() -> None:
    ana = make_speaker()
    old, undated, new = (
        make_article(published_on=date(2025, 1, 1)),
        make_article(),
        make_article(published_on=date(2025, 2, 1)),
    )
    in_undated = make_claim(article=undated, speaker=ana)
    in_old = make_claim(article=old, speaker=ana)
    late = make_claim(article=new, speaker=ana, content=((40, 50),))
    early = make_claim(article=new, speaker=ana, content=((0, 5),))

    assert list(claims_of(ana).order_by(*CLAIM_ORDER)) == [early, late, in_undated, in_old]


# ---- Duplicates and merges ----


def test_merge_preview_says_what_a_merge_moves() -> None:
    source = make_speaker("A Lindqvist", aliases=("The mayor",))
    target = make_speaker("Ana Lindqvist", aliases=("Mayor",))
    much, little = make_article(title="Much", published_on=date(2025, 5, 1)), make_article(title="Little")
    make_claim(article=little, speaker=source)
    make_claim(article=much, speaker=source, state=ClaimState.REJECTED.value)
    offered = make_claim(article=much, speaker=source)
    Candidate.objects.create(claim=offered, speaker=source, position=0)
    make_claim(speaker=target)
    make_mention(article=much, start=0, end=3, speaker=source)

    preview = merge_preview(sources=[source], target=target)

    assert (preview.claims, preview.article_count, preview.mentions) == (3, 2, 1)
    assert preview.aliases == ["A Lindqvist"]
    assert preview.articles == [
        PreviewedArticle(much.pk, "Much", date(2025, 5, 1), 2),
        PreviewedArticle(little.pk, "Little", None, 1),
    ]


def test_open_merges_name_the_source_and_its_revision_latest_first(editor: User) -> None:
    one, two, target = make_speaker("One"), make_speaker("Two"), make_speaker("Three")
    first = merge_speakers(source=one, target=target, by=editor)
    second = merge_speakers(source=two, target=target, by=editor)
    merge_speakers(source=make_speaker("Four"), target=make_speaker("Five"), by=editor)

    assert [(merge.source, merge.revision) for merge in open_merges(target)] == [
        (two, second),
        (one, first),
    ]


def test_open_merges_follow_a_chain_to_its_end(editor: User) -> None:
    one, two, three = make_speaker("One"), make_speaker("Two"), make_speaker("Three")
    first = merge_speakers(source=one, target=two, by=editor)
    second = merge_speakers(source=two, target=three, by=editor)

    assert [(merge.source, merge.revision) for merge in open_merges(three)] == [(two, second), (one, first)]
    assert open_merges(two) == []


def test_open_merges_leave_out_those_taken_back(editor: User) -> None:
    source, target = make_speaker("One"), make_speaker("Two")
    undo_merge(revision=merge_speakers(source=source, target=target, by=editor), by=editor)
    assert open_merges(target) == []

    again = merge_speakers(source=source, target=target, by=editor)
    assert [merge.revision for merge in open_merges(target)] == [again]
