"""Which of the desk's speakers a draft's speakers are: what is taken, what is left open, and why."""

import pytest
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ClaimState, MentionForm, SpeakerKind
from annotations.domain import merging, speakers
from annotations.domain.matching import Match, speakers_for
from annotations.models import Alias, Article, Mention, Speaker, User
from annotations.nlp.draft import DraftSpeaker
from tests.builders import make_article, make_claim, make_mention, make_speaker

pytestmark = pytest.mark.django_db

PERSON = SpeakerKind.PERSON
BODY = SpeakerKind.ORGANISATION


@pytest.fixture
def article(db: None) -> Article:
    return make_article(outlet="The Gazette")


def match(article: Article, name: str, kind: SpeakerKind = PERSON, **fields: object) -> Match:
    return speakers_for(article=article, drafts=[DraftSpeaker(name, kind, **fields)])[0]  # type: ignore[arg-type]


def quoted(speaker: Speaker, *, beside: Speaker | None = None, **fields: object) -> Speaker:
    """Have an editor accept a claim of the speaker in an earlier article, which names `beside` too."""
    earlier = make_article(**fields)
    make_claim(article=earlier, speaker=speaker, state=ClaimState.ACCEPTED.value)
    if beside:
        make_mention(article=earlier, start=0, end=3, speaker=beside)
    return speaker


@pytest.fixture
def lees(db: None) -> tuple[Speaker, Speaker]:
    """Two people of one name, both known to editors."""
    return (
        quoted(make_speaker("Jordan Lee", role="mayor of Hull")),
        quoted(make_speaker("Jordan Lee", role="goalkeeper")),
    )


# One by that name


def test_a_full_name_that_one_speaker_goes_by_is_that_speaker(article: Article) -> None:
    known = make_speaker("Jordan Lee")

    assert match(article, "jordan LEE") == Match(known)


def test_a_name_that_is_not_the_speaker_s_own_is_explained(article: Article) -> None:
    known = make_speaker("Luiz Inácio da Silva", aliases=("Lula da Silva",))

    assert match(article, "Lula da Silva") == Match(
        known, reason="the desk knows Luiz Inácio da Silva as “Lula da Silva” too"
    )


def test_a_person_is_no_body_of_the_same_name(article: Article) -> None:
    make_speaker("Jordan Lee", kind=BODY.value)

    assert match(article, "Jordan Lee").speaker == Speaker.objects.get(kind=PERSON)


def test_a_name_that_comes_twice_in_a_draft_is_made_once(article: Article) -> None:
    drafts = [DraftSpeaker("A. Lindqvist", PERSON), DraftSpeaker("A Lindqvist", PERSON)]

    first, second = speakers_for(article=article, drafts=drafts)

    assert first.speaker == second.speaker == Speaker.objects.get()


# Several by that name


def test_of_two_by_one_name_the_one_with_the_article_s_role_is_taken(
    article: Article, lees: tuple[Speaker, Speaker]
) -> None:
    assert match(article, "Jordan Lee", role="Hull mayor") == Match(
        lees[0],
        candidates=(lees[1],),
        reason="the Jordan Lee whom the desk knows as mayor of Hull",
    )


def test_of_two_by_one_name_the_one_is_taken_whom_outlet_and_company_speak_for(
    article: Article, lees: tuple[Speaker, Speaker]
) -> None:
    ana = make_speaker("Ana Roth")
    quoted(lees[1], beside=ana, outlet="The Gazette")
    drafts = [DraftSpeaker("Jordan Lee", PERSON), DraftSpeaker("Ana Roth", PERSON)]

    assert speakers_for(article=article, drafts=drafts)[0] == Match(
        lees[1],
        candidates=(lees[0],),
        reason="the Jordan Lee whom earlier articles name beside Ana Roth and whom The Gazette quoted before",
    )


@pytest.mark.parametrize("sign", ["outlet", "company"])
def test_outlet_or_company_alone_only_put_the_likelier_one_first(
    article: Article, lees: tuple[Speaker, Speaker], sign: str
) -> None:
    ana = make_speaker("Ana Roth")
    quoted(lees[1], **({"outlet": "The Gazette"} if sign == "outlet" else {"beside": ana}))
    drafts = [DraftSpeaker("Jordan Lee", PERSON), DraftSpeaker("Ana Roth", PERSON)]

    assert speakers_for(article=article, drafts=drafts)[0] == Match(
        None,
        candidates=(lees[1], lees[0]),
        reason="“Jordan Lee” may be Jordan Lee (goalkeeper) or Jordan Lee (mayor of Hull)",
    )


def test_signs_that_point_to_different_speakers_settle_nothing(
    article: Article, lees: tuple[Speaker, Speaker]
) -> None:
    quoted(lees[1], outlet="The Gazette")

    found = match(article, "Jordan Lee", role="mayor")

    assert (found.speaker, found.candidates) == (None, (lees[0], lees[1]))


def test_a_sign_that_both_show_says_nothing(article: Article, lees: tuple[Speaker, Speaker]) -> None:
    for lee in lees:
        quoted(lee, outlet="The Gazette")

    assert match(article, "Jordan Lee").speaker is None
    assert match(article, "Jordan Lee", role="mayor").speaker == lees[0]


def test_what_nobody_decided_and_what_this_article_says_are_no_evidence(
    article: Article, lees: tuple[Speaker, Speaker]
) -> None:
    ana = make_speaker("Ana Roth")
    for state, place in (
        (ClaimState.SUGGESTED, make_article(outlet="The Gazette")),
        (ClaimState.REJECTED, make_article(outlet="The Gazette")),
        (ClaimState.ACCEPTED, article),
    ):
        make_claim(article=place, speaker=lees[1], state=state.value)
        make_mention(article=place, start=0, end=3, speaker=ana)
    drafts = [DraftSpeaker("Jordan Lee", PERSON), DraftSpeaker("Ana Roth", PERSON)]

    assert speakers_for(article=article, drafts=drafts)[0].speaker is None


def test_of_two_bodies_by_one_name_kind_and_outlet_settle_it(article: Article) -> None:
    paper = quoted(make_speaker("The Guardian", kind=BODY.value), outlet="The Gazette")
    quoted(make_speaker("Guardian", kind=SpeakerKind.DOCUMENT.value))

    assert match(article, "Guardian", BODY).speaker == paper


def test_equally_likely_ones_stand_with_the_most_quoted_first(
    article: Article, lees: tuple[Speaker, Speaker]
) -> None:
    quoted(lees[1])

    assert match(article, "Jordan Lee").candidates == (lees[1], lees[0])


def test_one_whom_an_editor_confirmed_comes_before_one_that_only_the_pipeline_made(article: Article) -> None:
    made = make_speaker("Zoran Zelić")
    known = quoted(make_speaker("Zoran Zelic", aliases=("Zoran Zelić",)))

    assert match(article, "Zoran Zelić") == Match(
        known, candidates=(made,), reason="the desk knows Zoran Zelic as “Zoran Zelić” too"
    )


def test_an_own_name_that_an_editor_confirmed_for_one_alone_says_so(article: Article) -> None:
    unknown, known = make_speaker("Jordan Lee"), quoted(make_speaker("Jordan Lee"))

    assert match(article, "Jordan Lee") == Match(
        known, candidates=(unknown,), reason="the Jordan Lee whom an editor confirmed"
    )


# A surname alone


def test_a_surname_alone_is_left_open_with_those_who_bear_it(article: Article) -> None:
    mayor = quoted(make_speaker("Jordan Lee", role="mayor"))
    singer = quoted(make_speaker("Ann Lee", role="singer"))

    assert match(article, "Lee", role="singer") == Match(
        None,
        candidates=(singer, mayor),
        reason="“Lee” may be Ann Lee (singer) or Jordan Lee (mayor)",
    )
    assert Speaker.objects.count() == 2


def test_a_surname_with_a_particle_is_a_surname_alone(article: Article) -> None:
    known = quoted(make_speaker("Bill de Blasio"))

    assert match(article, "de Blasio").candidates == (known,)


def test_a_surname_alone_that_nobody_bears_makes_a_speaker(article: Article) -> None:
    assert match(article, "Lee") == Match(Speaker.objects.get(name="Lee"))


def test_a_surname_alone_is_not_the_one_of_an_earlier_article_that_nobody_confirmed(
    article: Article,
) -> None:
    earlier = make_speaker("Lee")

    assert match(article, "Lee") == Match(None, candidates=(earlier,), reason="“Lee” may be Lee")


def test_a_surname_alone_is_the_one_of_an_earlier_article_that_has_its_role(article: Article) -> None:
    earlier = make_speaker("Lee", role="mayor of Hull")

    assert match(article, "Lee", role="mayor") == Match(
        earlier, reason="the Lee whom the desk knows as mayor of Hull"
    )


def test_a_surname_alone_by_which_an_editor_knows_one_speaker_is_that_speaker(
    article: Article, editor: User
) -> None:
    known = make_speaker("Jordan Lee")
    speakers.add_alias(speaker=known, text="Lee", by=editor)

    assert match(article, "Lee") == Match(known, reason="the desk knows Jordan Lee as “Lee” too")


def test_a_surname_that_came_by_a_merge_is_the_survivor_s(article: Article, editor: User) -> None:
    known = make_speaker("Jordan Lee")
    merging.merge_speakers(source=make_speaker("Lee"), target=known, by=editor)

    assert match(article, "Lee").speaker == known


def test_a_surname_by_which_one_is_known_is_left_open_once_another_bears_it(article: Article) -> None:
    known = quoted(make_speaker("Jordan Lee", aliases=("Lee",)))
    other = make_speaker("Ann Lee")

    found = match(article, "Lee")

    assert (found.speaker, found.candidates) == (None, (known, other))


def test_an_article_read_again_keeps_the_surname_it_made(article: Article) -> None:
    made = match(article, "Lee").speaker
    Mention.objects.create(article=article, speaker=made, start=0, end=3, form=MentionForm.NAME.value)

    assert match(article, "Lee").speaker == made


# Names that are nearly the same


@pytest.mark.parametrize(
    ("known", "name"),
    [
        pytest.param("Jordan Lindqvist", "Jordan Lindquist", id="a-slip"),
        pytest.param("Jordan Lindqvist", "J. Lindqvist", id="an-initial"),
        pytest.param("Jordan T. Lindqvist", "Jordan Lindqvist", id="a-middle-initial"),
        pytest.param("Joseph Lindqvist", "Joe Lindqvist", id="a-short-form"),
        pytest.param("Lindqvist", "Jordan Lindqvist", id="a-surname-made-earlier"),
        pytest.param("Jordan Lindqvist", "Lindquist", id="a-surname-misspelt"),
    ],
)
def test_a_name_nearly_the_same_is_somebody_new_with_the_known_one_as_candidate(
    article: Article, known: str, name: str
) -> None:
    there = quoted(make_speaker(known, role="mayor"))

    found = match(article, name, role="mayor")

    assert found == Match(
        Speaker.objects.get(name=name),
        candidates=(there,),
        reason=f"{name} is new to the desk, which knows {known} (mayor)",
    )


@pytest.mark.parametrize("name", ["Ann Lindqvist", "Jordan Berg", "Mia Lindqvist-Berg"])
def test_another_name_is_somebody_new_and_no_candidate(article: Article, name: str) -> None:
    make_speaker("Jordan Lindqvist")

    assert match(article, name) == Match(Speaker.objects.get(name=name))


def test_a_full_name_inside_a_longer_one_is_somebody_new(article: Article) -> None:
    make_speaker("Mary Ann Lindqvist")

    assert match(article, "Ann Lindqvist").speaker == Speaker.objects.get(name="Ann Lindqvist")


# What an article teaches


def aliases_of(speaker: Speaker | None) -> list[str]:
    return sorted(Alias.objects.filter(speaker=speaker).values_list("text", flat=True))


def test_forms_that_say_who_is_meant_only_beside_the_whole_name_are_not_kept(article: Article) -> None:
    forms = ("Lee", "Mr Lee", "J. Lee", "Jordon Lee", "President Lee", "Jordan T. Lee", "Dr Jordan Lee")

    found = match(article, "Jordan Lee", aliases=forms)

    assert aliases_of(found.speaker) == ["Jordan Lee", "Jordan T. Lee"]


def test_a_body_keeps_its_acronym_and_its_longer_forms(article: Article) -> None:
    forms = ("ISW", "Institute", "the Institute for War")

    found = match(article, "Institute for the Study of War", BODY, aliases=forms)

    assert aliases_of(found.speaker) == ["ISW", "Institute for the Study of War", "the Institute for War"]


@pytest.mark.parametrize("count", [1, 4])
def test_matching_costs_the_same_for_one_name_and_for_several(
    article: Article, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        for _ in range(2):
            quoted(make_speaker(f"Jordan Lee{'abcd'[number]}"))
    ana = quoted(make_speaker("Ana Roth"))
    drafts = [DraftSpeaker(f"Jordan Lee{'abcd'[number]}", PERSON) for number in range(count)]

    with django_assert_num_queries(10):
        speakers_for(article=article, drafts=[*drafts, DraftSpeaker(ana.name, PERSON)])
