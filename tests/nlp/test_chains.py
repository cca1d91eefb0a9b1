"""Which sources hang on the chain of a corrected one, and what breaks a chain."""

from annotations.choices import MentionForm, SpeakerKind
from annotations.names import normalise_name
from annotations.nlp.chains import Link, Reference, Surroundings, hanging_on, link_of


def hanging(
    text: str, *, right: str, wrong: str | None = None, kind: SpeakerKind = SpeakerKind.PERSON, nth: int = 0
) -> list[str]:
    """Return the marked sources, as "number words", that hang on the nth one.

    Sources stand in square brackets in `text`, names of people in braces.
    """
    sources: list[Reference] = []
    names: list[tuple[int, str]] = []
    start = 0
    for at, character in enumerate(text):
        if character in "[{":
            start = at + 1
        elif character == "]":
            sources.append(Reference(len(sources), start, at, text[start:at]))
        elif character == "}":
            names.append((start, text[start:at]))
    others = [at for at, name in names if name != right]
    around = Surroundings(
        names=others,
        other_antecedents=[at for at, name in names if name != right and wrong in {None, name}],
        kind_of_right=kind,
        words_of_right=frozenset(normalise_name(right).split()),
    )
    found = hanging_on(sources[nth], [source for source in sources if source.claim_id != nth], around)
    return [f"{number} {sources[number].words}" for number in found]


def test_the_same_pronoun_hangs_on_the_one_that_was_answered() -> None:
    text = "{Trump} met {Starmer}. [He] said so. It rained, [he] added. [She] agreed."
    assert hanging(text, right="Starmer", wrong="Trump") == ["1 he"]


def test_a_pronoun_before_the_answered_one_hangs_on_it_too() -> None:
    text = "{Trump} met {Starmer}. [He] said so. It rained, [he] added."
    assert hanging(text, right="Starmer", wrong="Trump", nth=1) == ["0 He"]


def test_the_chain_ends_where_the_one_who_was_meant_wrongly_is_named_again() -> None:
    text = "{Trump} met {Starmer}. [He] said so. {Trump} left. [He] said nothing."
    assert hanging(text, right="Starmer", wrong="Trump") == []


def test_naming_the_right_one_again_does_not_end_the_chain() -> None:
    text = "{Trump} met {Starmer}. [He] said so. {Starmer} left. [He] said nothing."
    assert hanging(text, right="Starmer", wrong="Trump") == ["1 He"]


def test_where_nobody_was_suggested_any_name_in_between_ends_the_chain() -> None:
    text = "[He] said so. {Ana} left. [He] said nothing."
    assert hanging(text, right="Starmer") == []


def test_the_same_role_hangs_on_the_one_that_was_answered_wherever_it_stands() -> None:
    text = (
        "[The minister] said so. {Trump} left. [the minister] went on. [A minister] wept. [The mayor] slept."
    )
    assert hanging(text, right="Ana Lee", wrong="Trump") == ["1 the minister"]


def test_a_poll_is_no_role() -> None:
    text = "[The poll] said so. [The poll] said more."
    assert hanging(text, right="Ipsos", kind=SpeakerKind.DOCUMENT) == []


def test_the_same_surname_hangs_on_the_one_that_was_answered() -> None:
    text = "[Johnson] said so. [Mr Johnson] said more. [Rachel Reeves] said less."
    assert hanging(text, right="Rachel Johnson", wrong="Boris Johnson") == ["1 Mr Johnson"]


def test_a_name_that_the_right_speaker_does_not_bear_ties_nothing() -> None:
    text = "[Johnson] said so. [Johnson] said more."
    assert hanging(text, right="The Times", wrong="Boris Johnson", kind=SpeakerKind.ORGANISATION) == []


def test_he_hangs_on_the_name_before_him_while_nobody_else_is_named() -> None:
    text = "[Johnson] said so. [He] said more. {Trump} left. [He] said less."
    assert hanging(text, right="Rachel Johnson", wrong="Boris Johnson") == ["1 He"]


def test_first_and_relative_pronouns_and_indefinite_descriptions_tie_nothing() -> None:
    assert [link_of(words) for words in ("I", "we", "who", "a spokesman", "", "…")] == [None] * 6


def test_links_are_told_by_gender_by_words_and_by_surname() -> None:
    assert link_of("Him") == link_of("he") == Link(MentionForm.PRONOUN, "m")
    assert link_of("the Deputy minister") == Link(MentionForm.NOMINAL, "deputy minister")
    assert link_of("Sir Keir Starmer, the leader") == Link(MentionForm.NAME, "starmer")
