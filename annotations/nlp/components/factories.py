"""The factories of our components, registered once, and the order in which they are added."""

from spacy.language import Language

from annotations.nlp.components.claims import LEAST_SHARE, ClaimFinder
from annotations.nlp.components.mentions import find_mentions
from annotations.nlp.components.quotations import mark_quotations
from annotations.nlp.components.sentences import join_sentences

COMPONENTS = ("newsdesk_quotations", "newsdesk_sentences", "newsdesk_claims", "newsdesk_mentions")

Language.component("newsdesk_quotations", func=mark_quotations)
Language.component("newsdesk_sentences", func=join_sentences, requires=["doc.sents"])
Language.component("newsdesk_mentions", func=find_mentions, requires=["doc.ents", "token.dep"])


@Language.factory("newsdesk_claims", default_config={"least_share": LEAST_SHARE}, requires=["token.dep"])
def make_claim_finder(nlp: Language, name: str, least_share: float) -> ClaimFinder:
    """Make the claim finder; a trained extractor replaces it under the same name."""
    return ClaimFinder(least_share=least_share)


def add_components(nlp: Language) -> Language:
    """Add our components to the end of `nlp`, in order, and return it."""
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp
