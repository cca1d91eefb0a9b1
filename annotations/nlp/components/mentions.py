"""Component that finds the names and gendered pronouns of one paragraph.

The small model's entities miss and mistype many names, so runs of capitalised proper nouns count too;
what kind of bearer a name has is decided over the whole article.
"""

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from annotations.nlp.components import layers
from annotations.nlp.components.syntax import SUBJECTS, characters
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import Mentions, NameMention, PronounMention, ThingMention, pronoun_gender
from annotations.nlp.names import is_title
from annotations.nlp.quotations import inside

_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP", "FAC", "LOC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"})
_TIMES = frozenset({"DATE", "TIME"})
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "del", "di", "da", "la", "al", "bin", "ibn", "ben", "el"}
)
_ROLE_PARTS = frozenset({"compound", "amod", "nmod", "poss", "det"})
_LONGEST_ROLE = 9


def find_mentions(doc: Doc) -> Doc:
    """Leave the mentions of `doc`, in order, with offsets into its text."""
    quotations = layers.quotations(doc)
    found = Mentions()
    for span in _names(doc):
        head = span.root
        found.names.append(
            NameMention(
                start=span.start_char,
                end=span.end_char,
                text=span.text,
                label=_label(span),
                role=_role(span),
                is_subject=_is_subject(head),
                is_quoted=inside(quotations, span.start_char) is not None,
                is_place=_is_place(span),
                is_employer=_is_employer(span),
            )
        )
    for token in doc:
        if token.pos_ == "PRON" and (gender := pronoun_gender(token.lower_)):
            quoted = inside(quotations, token.idx) is not None
            end = token.idx + len(token.text)
            found.pronouns.append(
                PronounMention(token.idx, end, gender, token.dep_ in SUBJECTS, quoted, _is_bound(token))
            )
        elif _is_thing(token) and inside(quotations, token.idx) is None:
            phrase = characters(doc, (token.left_edge.i, token.i + 1))
            found.things.append(ThingMention(phrase.start, phrase.end))
    doc.user_data[layers.MENTIONS] = found
    return doc


def _label(span: Span) -> str:
    for token in span:
        if token.ent_type_ in _LABELS:
            return token.ent_type_
    return ""


def _is_subject(head: Token) -> bool:
    named = head.head if head.dep_ == "appos" else head
    return named.dep_ in SUBJECTS


def _is_bound(token: Token) -> bool:
    return token.tag_ == "PRP$" or token.lower_.endswith("self")


def _is_thing(token: Token) -> bool:
    return (
        token.pos_ == "NOUN"
        and token.dep_ in SUBJECTS
        and (token.lower_ in words("organisation_nouns") or token.lower_ in words("document_nouns"))
    )


def _is_place(span: Span) -> bool:
    if span.root.dep_ != "pobj":
        return False
    preposition = span.root.head
    # "a ferry to Hull" leads to a place, "a letter to Lee" to a person.
    leads = preposition.lower_ == "to" and preposition.head.lower_ in words("ways")
    return leads or preposition.lower_ in ("in", "near", "outside", "across", "under", "towards")


def _is_employer(span: Span) -> bool:
    root = span.root
    return (
        root.dep_ == "pobj"
        and root.head.lower_ in ("of", "at")
        and root.head.head.lower_ in words("post_nouns")
    )


def _names(doc: Doc) -> Iterator[Span]:
    index = 0
    while index < len(doc):
        token = doc[index]
        if not _starts_name(token):
            index += 1
            continue
        start, end = index, index + 1
        while end < len(doc) and _goes_on(doc, start, end):
            end += 1
        index = end
        while end > start and not _is_capitalised(doc[end - 1]):
            end -= 1
        while start > 0 and is_title(doc[start - 1].text) and doc[start - 1].text[0].isupper():
            start -= 1
        if end > start:
            yield doc[start:end]


def _is_capitalised(token: Token) -> bool:
    return token.text[:1].isupper() and token.text[-1:] != ":"


def _starts_name(token: Token) -> bool:
    if token.ent_type_ in _TIMES:
        return False
    if token.ent_type_ in _LABELS:
        return (
            token.ent_iob_ == "B" and not token.is_punct and any(t.text[:1].isupper() for t in _entity(token))
        )
    return token.pos_ == "PROPN" and _is_capitalised(token)


def _entity(token: Token) -> Iterator[Token]:
    yield token
    for other in token.doc[token.i + 1 : token.i + 8]:
        if other.ent_iob_ != "I":
            break
        yield other


def _goes_on(doc: Doc, start: int, end: int) -> bool:
    token, before = doc[end], doc[end - 1]
    if token.tag_ == "POS" or (token.is_punct and token.text not in ("-", "&", ".")):
        return False
    if token.ent_iob_ == "I":
        return True
    if token.ent_iob_ == "B" and token.ent_type_ in _LABELS:
        # Two entities side by side are two names, unless the model split one.
        return before.lower_ in _PARTICLES or token.ent_type_ == before.ent_type_ == "PERSON"
    if token.lower_ in _PARTICLES:
        return end + 1 < len(doc) and _is_capitalised(doc[end + 1]) and doc[start].ent_type_ in ("PERSON", "")
    return (
        token.pos_ == "PROPN"
        and _is_capitalised(token)
        and before.ent_type_ in ("", "PERSON", token.ent_type_)
    )


def _role(span: Span) -> str:
    head = span.root
    before = _role_before(span)
    if before:
        return before
    for child in head.children:
        if child.dep_ == "appos" and child.i > head.i and child.pos_ == "NOUN":
            return _noun_phrase(child)
    if head.dep_ == "appos" and head.head.pos_ == "NOUN" and head.head.i < span.start:
        noun = head.head
        return _phrase(span.doc, noun.left_edge.i, span.start, noun)
    if head.dep_ == "nsubj" and head.head.lemma_ == "be":
        for child in head.head.children:
            if child.dep_ == "attr" and child.pos_ == "NOUN" and _is_role(child):
                return _noun_phrase(child)
    return ""


def _role_before(span: Span) -> str:
    """The words before a name that belong to its noun phrase: "Treasury Secretary", "former president"."""
    head, name_start = span.root, span.start
    while name_start < span.end - 1 and is_title(span.doc[name_start].text):
        name_start += 1
    start = span.start
    while start > 0:
        token = span.doc[start - 1]
        joined = token.dep_ in _ROLE_PARTS and (token.head.i >= start or token.head.i == head.i)
        if token.is_punct or not joined:
            break
        start -= 1
    before = span.doc[start:name_start]
    if any(_is_role(token) for token in before if token.tag_ != "POS"):
        return before.text.strip()
    return ""


def _is_role(token: Token) -> bool:
    return token.lower_ in words("roles") or token.lemma_.lower() in words("roles")


def _noun_phrase(noun: Token) -> str:
    return _phrase(noun.doc, noun.left_edge.i, noun.right_edge.i + 1, noun)


def _phrase(doc: Doc, start: int, end: int, noun: Token) -> str:
    if not any(_is_role(token) for token in doc[start : noun.i + 1]):
        return ""
    stop = start
    while stop < end and stop - start < _LONGEST_ROLE:
        token = doc[stop]
        if stop > noun.i and (token.text in (",", ";", "(", "—", "–") or token.tag_ in ("WP", "WDT", "WRB")):
            break
        stop += 1
    return doc[start:stop].text.strip(" ,")
