"""Folders of brat's standoff files."""

import textwrap

import pytest

from annotations.nlp.gold import GoldError, read_gold

TEXT = "“We will,” said Ann Lee. “And soon.” She hopes to win."
CONTENT = "T1\tContent 0 10;25 36\t“We will,” “And soon.”"
CUE = "T2\tCue 11 15\tsaid"
SOURCE = "T3\tSource 16 23\tAnn Lee"
EVENT = "E1\tCue:T2 Content:T1 Source:T3"
WANTED = {"content": [[0, 10], [25, 36]], "cue": [[11, 15]], "source": [[16, 23]]}


@pytest.fixture
def folder(tmp_path):
    """A folder with the text alone."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def read(folder, *lines):
    (folder / "a.ann").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return read_gold(folder, texts_of=dict)


def attributions(folder, *lines):
    [article] = read(folder, *lines).articles
    return article["attributions"]


def notes(folder, *lines):
    """Return the notes, each without the name of the file."""
    return [note.removeprefix(f"{folder / 'a.ann'}, ") for note in read(folder, *lines).notes]


def problems(folder, *lines):
    with pytest.raises(GoldError) as caught:
        read(folder, *lines)
    return [line.removeprefix(f"{folder / 'a.ann'}, ") for line in str(caught.value).split("\n")]


def test_event_triggered_by_the_cue_is_an_attribution(folder):
    corpus = read(folder, CONTENT, CUE, SOURCE, EVENT)

    assert corpus.articles == [{"id": "a", "text": TEXT, "title": "", "attributions": [WANTED]}]
    assert corpus.notes == ()


def test_event_with_a_trigger_of_its_own_is_an_attribution(folder):
    trigger = "T4\tAttribution 11 15\tsaid"

    assert attributions(
        folder, trigger, CONTENT, CUE, SOURCE, "E1\tAttribution:T4 Content:T1 Cue:T2 Source:T3"
    ) == [WANTED]


def test_capitals_of_types_and_numbers_of_repeated_roles_do_not_matter(folder):
    first, second = "T1\tCONTENT 0 10\t“We will,”", "T5\tcontent 25 36\t“And soon.”"
    source = SOURCE.replace("Source", "SOURCE")

    assert attributions(
        folder, first, second, CUE, source, "E1\tCue:T2 content:T1 Content2:T5 SOURCE:T3"
    ) == [WANTED]


def test_relations_of_any_name_join_an_attribution(folder):
    assert attributions(
        folder, CONTENT, CUE, SOURCE, "R1\tsays Arg1:T2 Arg2:T1", "R2\tof Arg1:T3 Arg2:T1"
    ) == [WANTED]


def test_source_is_found_over_the_cue_where_only_that_is_joined(folder):
    assert attributions(
        folder, CONTENT, CUE, SOURCE, "R1\tsays Arg1:T2 Arg2:T1", "R2\twho Arg1:T2 Arg2:T3"
    ) == [WANTED]


def test_contents_of_one_cue_are_one_attribution_and_those_of_one_source_two(folder):
    first, second = "T1\tContent 0 10\t“We will,”", "T5\tContent 25 36\t“And soon.”"
    of_cue = [f"R{number}\tsays Arg1:T2 Arg2:{id_}" for number, id_ in enumerate(("T1", "T5"))]
    of_source = [f"R{number}\tby Arg1:T3 Arg2:{id_}" for number, id_ in enumerate(("T1", "T5"))]

    assert attributions(folder, first, second, CUE, SOURCE, *of_cue, "R9\tby Arg1:T3 Arg2:T2") == [WANTED]
    assert [each["content"] for each in attributions(folder, first, second, SOURCE, *of_source)] == [
        [[0, 10]],
        [[25, 36]],
    ]


def test_content_of_an_event_is_not_counted_again_by_a_relation(folder):
    assert attributions(folder, CONTENT, CUE, SOURCE, EVENT, "R1\tby Arg1:T3 Arg2:T1") == [WANTED]


@pytest.mark.parametrize(
    "line",
    [
        "#1\tAnnotatorNotes T3\tAnn Lee | Ann B. Lee",
        "#1\tAnnotatorNotes E1\tAnn Lee | Ann B. Lee",
        "A1\tSpeaker T1 Ann Lee | Ann B. Lee",
        "N1\tReference T3 Wikidata:Q1\tAnn Lee | Ann B. Lee",
    ],
)
def test_speaker_is_told_by_note_attribute_or_normalisation(folder, line):
    [attribution] = attributions(folder, CONTENT, CUE, SOURCE, EVENT, line, "A9\tSpeaker_Kind E1 person")

    assert attribution == WANTED | {"names": ["Ann Lee", "Ann B. Lee"], "speaker_kind": "person"}


def test_dash_says_that_nobody_speaks(folder):
    assert (
        attributions(folder, CONTENT, CUE, EVENT.replace(" Source:T3", ""), "#1\tAnnotatorNotes E1\t-")[0][
            "names"
        ]
        == []
    )


def test_a_note_goes_before_an_entry_elsewhere(folder):
    entry, note = "N1\tReference T3 Wikidata:Q1\tAnn Leigh", "#1\tAnnotatorNotes E1\tAnn Lee"

    assert attributions(folder, CONTENT, CUE, SOURCE, EVENT, entry, note)[0]["names"] == ["Ann Lee"]


def test_carriage_returns_are_characters_of_the_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Late.\r\nAnn Lee hopes to win.\r\n")
    content, source = "T1\tContent 21 27\tto win", "T2\tSource 7 14\tAnn Lee"

    assert attributions(tmp_path, content, source, "R1\tby Arg1:T1 Arg2:T2")[0]["content"] == [[21, 27]]


def test_files_in_folders_below_have_their_path_as_id(tmp_path):
    below = tmp_path / "dev" / "nyt"
    below.mkdir(parents=True)
    (below / "b.txt").write_text(TEXT)
    (below / "b.ann").write_text("")

    [article] = read_gold(tmp_path, texts_of=dict).articles
    assert (article["id"], article["attributions"]) == ("dev/nyt/b", [])


def test_what_is_in_no_attribution_is_left_out_and_said(folder):
    assert notes(
        folder,
        CONTENT,
        CUE,
        SOURCE,
        EVENT,
        "T6\tDiscard 37 40\tShe",
        "T7\tContent 47 53\tto win",
        "E2\tCue:T2 Source:T3",
        "E3\tCue:T2 Content:T1 Place:T6",
        "A1\tCertain E1",
        "#2\tCorrection T3\tAnn Lea",
        "#3\tAnnotatorNotes T7\tAnn Lee",
        "*\tEquiv T2 T3",
        "R1\tthen Arg1:E1 Arg2:E2",
    ) == [
        "line 9: A1 Certain says nothing of a speaker and is left out.",
        "line 10: #2 Correction is no note of an annotator's and is left out.",
        "line 12: an equivalence says nothing of an attribution and is left out.",
        "line 7: E2 has no content and is left out.",
        "line 8: E3 has T6 as its place, which is no role here and is left out.",
        "line 13: R1 joins events and is left out.",
        "line 5: T6 Discard is in no attribution and is left out.",
        "line 6: T7 Content is in no attribution and is left out.",
        "line 11: what is said of T7 belongs to no attribution and is left out.",
    ]


def test_text_without_annotations_beside_it_is_left_out_and_said(folder):
    (folder / "b.txt").write_text(TEXT)

    assert read(folder, CONTENT).notes[-1] == f"{folder / 'b.txt'} is left out: there is no b.ann beside it."


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("T9 Content 0 10 x", "there is no tab behind the id"),
        ("X9\tContent", "'X9' is no id of brat's"),
        ("T9\tContent\t“We will,”", "T9 has no offsets such as 0 12 or 0 12;20 31"),
        ("T9\tContent 0 99\tx", "T9 has the span 0 99, the text has 54 characters"),
        ("T9\tContent 9 9\tx", "T9 has the span 9 9, the text has 54 characters"),
        ("T9\tCue 11 15\tsays", "T9 says “says”, the text there is “said”"),
        ("T1\tCue 11 15\tsaid", "T1 is told of twice"),
        ("E9\tCue", "E9 is no event such as Cue:T1 Content:T2 Source:T3"),
        ("E9\tCue:T2 Content:T8", "T8 is not in this file"),
        ("E9\tE1:E1 Content:T1", "E9 has E1 as its trigger, which is no text-bound annotation"),
        ("E9\tCue:T2 Content:E1", "E9 has E1 as its content, which is no text-bound annotation"),
        ("R9\tby Arg1:T1", "R9 is no relation such as Says Arg1:T1 Arg2:T2"),
        ("R9\tby Arg1:T1 Arg2:T8", "T8 is not in this file"),
        ("A9\tSpeaker", "A9 is no attribute such as Speaker T3 Ann Lee"),
        ("A9\tSpeaker T3", "A9 names nobody: write - where nobody speaks"),
        (
            "A9\tSpeakerKind T3 man",
            "A9 has the value 'man', which is none of person, organisation, group, document, unnamed, none",
        ),
        ("#9\tAnnotatorNotes", "#9 stands at no annotation"),
        ("#9\tAnnotatorNotes T8\tAnn Lee", "T8 is not in this file"),
    ],
)
def test_a_broken_line_is_named(folder, line, what):
    assert problems(folder, CONTENT, CUE, SOURCE, EVENT, line) == [f"line 5: {what}."]


def test_all_broken_lines_of_all_files_are_told_at_once(folder):
    (folder / "b.txt").write_text(TEXT)
    (folder / "b.ann").write_text("nothing\n" * 30)
    (folder / "c.ann").write_text("")

    lines = problems(folder, CONTENT, "T1\tCue 11 15\tsaid", "T9")
    assert lines[:2] == ["line 2: T1 is told of twice.", "line 3: there is no tab behind the id."]
    assert len(lines) == 21
    assert lines[-1] == "and 13 more"


def test_folder_without_pairs_is_refused(tmp_path):
    with pytest.raises(GoldError, match="holds no pair of"):
        read_gold(tmp_path, texts_of=dict)


POLNEAR_LIKE = textwrap.dedent(
    """\
    T1\tSource 16 23\tAnn Lee
    T2\tCue 11 15\tsaid
    T3\tContent 0 10;25 36\t“We will,” “And soon.”
    T4\tAttribution 11 15\tsaid
    E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
    T5\tContent 47 53\tto win
    T6\tCue 41 46\thopes
    T7\tSource 37 40\tShe
    T8\tAttribution 41 46\thopes
    E2\tAttribution:T8 Cue:T6 Source:T7 Content:T5
    """
)


def test_attributions_of_polnears_form_are_read_in_text_order(folder):
    assert attributions(folder, *POLNEAR_LIKE.splitlines()) == [
        WANTED,
        {"content": [[47, 53]], "cue": [[41, 46]], "source": [[37, 40]]},
    ]
