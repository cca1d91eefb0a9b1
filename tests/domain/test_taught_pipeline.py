"""The pipeline itself and what editors taught it: a name corrected once, a pronoun answered once."""

import pytest

from annotations.choices import ClaimState
from annotations.domain import articles, chains, review, undo
from annotations.models import Article, Claim, User
from annotations.queries.chains import chain_of
from annotations.readers import SourceDocument, SourceFormat
from annotations.tasks import annotate_articles
from tests.builders import make_speaker

pytestmark = pytest.mark.django_db

FIRST = (
    "Leaders met in Riga on Monday.\n\n"
    "“We will not give up,” Mr Zelesnky said. “Not this year.”\n\n"
    "Mr Zelesnky said that the talks had been hard."
)
NEXT = (
    "The talks went on in Riga on Tuesday.\n\n"
    "“Nobody has left the table,” said Zelesnky, who looked tired.\n\n"
    "“And nobody will,” he added."
)
TALKS = (
    "Anna Berg met Maria Lund in Riga on Monday.\n\n"
    "“The talks were long,” she said.\n\n"
    "“Nobody has left the table,” she said.\n\n"
    "She said that the talks would go on."
)


def annotated(text: str, by: User) -> Article:
    """Store the text as an upload is stored, and annotate it."""
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, title="Talks", language="en")
    run = articles.store_article(document=document, by=by)
    annotate_articles.call(run_ids=[run.pk])
    run.article.refresh_from_db()
    return run.article


def speakers_of(article: Article) -> list[str]:
    return [str(claim.speaker) for claim in article.claims.in_text_order()]


def first_of(article: Article) -> Claim:
    found = article.claims.in_text_order().first()
    assert found
    return found


def test_a_misspelt_name_that_was_corrected_once_is_known_in_the_next_article(editor: User) -> None:
    right = make_speaker("Volodymyr Zelenskyy", role="president")
    first = annotated(FIRST, editor)
    assert set(speakers_of(first)) == {"Zelesnky"}

    claim = first_of(first)
    review.assign_speaker(claim=claim, speaker=right, by=editor, version=claim.version)

    assert speakers_of(annotated(NEXT, editor)) == ["Volodymyr Zelenskyy"] * 2


def test_an_answer_about_a_pronoun_is_offered_for_its_chain_given_at_once_and_undone_at_once(
    editor: User,
) -> None:
    right = make_speaker("Maria Lund")
    article = annotated(TALKS, editor)
    claims = list(article.claims.in_text_order())
    # Two women are named before "she", and the pipeline leaves it open which.
    assert speakers_of(article) == ["None"] * 3

    corrected = review.assign_speaker(claim=claims[0], speaker=right, by=editor, version=claims[0].version)
    chain = chain_of(corrected)
    assert chain
    assert [each.claim for each in chain.offered] == claims[1:]
    versions = {each.claim.pk: each.claim.version for each in chain.offered}
    chains.assign_chain(claim=corrected, speaker=right, versions=versions, by=editor)
    assert speakers_of(article) == ["Maria Lund"] * 3

    undo.undo_last(article=article, by=editor)

    assert speakers_of(article) == ["Maria Lund", "None", "None"]
    states = list(article.claims.in_text_order().values_list("state", flat=True))
    assert states == [ClaimState.CORRECTED, ClaimState.SUGGESTED, ClaimState.SUGGESTED]
