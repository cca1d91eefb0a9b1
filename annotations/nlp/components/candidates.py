"""Every place where a parse could attribute something: a cue word with a complement that could be content.

A candidate says nothing about whether it is a claim; how often its cue and construction are one was
counted on a corpus (`cues`), and `claims` decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotations.nlp.components.syntax import (
    Stretch,
    agent,
    cue_stretch,
    is_verb,
    phrase,
    sentence_start,
    stripped,
    subject,
    without,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cue with its possible content and source; stretches of tokens of one Doc."""

    head: int
    lemma: str
    construction: str
    content: tuple[Stretch, ...]
    cue: Stretch
    source: Stretch | None


_OBJECTS = ("dobj", "obj", "dative")
_AFTER_OBJECT = ("prep", "oprd", "xcomp", "ccomp", "acl", "relcl", "advcl")
_NOUN_COMPLEMENTS = ("acl", "ccomp")


def candidates(doc: Doc) -> Iterator[Candidate]:
    """Yield the candidates of `doc` by their cue's place."""
    for token in doc:
        if token.lower_ == "according":
            yield from _according(token)
        elif is_verb(token):
            yield from _verb(token)
        elif token.pos_ == "NOUN":
            yield from _noun(token)
        elif token.pos_ == "ADJ":
            yield from _adjective(token)
        elif token.lower_ == ":" and token.i <= 8:
            yield from _name_colon(token)


def lemma_of(token: Token) -> str:
    """Return the cue's lemma in lower case, with its particle ("point_out")."""
    particle = next((child.lower_ for child in token.children if child.dep_ == "prt"), "")
    lemma = (token.lemma_ or token.text).lower()
    return f"{lemma}_{particle}" if particle else lemma


def _source(verb: Token) -> Stretch | None:
    head = subject(verb)
    return None if head is None else source_stretch(head, verb)


def source_stretch(head: Token, verb: Token) -> Stretch:
    """Return the words of a source, cut where the verb's own part of the sentence begins."""
    start, end = phrase(head)
    if start <= verb.i < end:
        # The verb modifies its own source ("Ann Lee, speaking in Rome"): keep what stands before it.
        end = verb.i if verb.i > head.i else end
        for child in head.children:
            if child.i > head.i and child.left_edge.i <= verb.i <= child.right_edge.i:
                end = min(end, child.left_edge.i)
        if verb.i < head.i:
            start = head.i
    stretch = stripped(head.doc, (start, end))
    return stretch if stretch[0] < stretch[1] else (head.i, head.i + 1)


def _make(
    head: Token, construction: str, content: list[Stretch], cue: Stretch, source: Stretch | None
) -> Iterator[Candidate]:
    doc = head.doc
    if source is not None and source[0] >= source[1]:
        source = None
    pieces = [stripped(doc, piece) for stretch in content for piece in without(stretch, cue)]
    if source is not None:
        pieces = [stripped(doc, part) for piece in pieces for part in without(piece, source)]
    pieces = [piece for piece in pieces if piece[0] < piece[1]]
    if pieces:
        yield Candidate(head.i, lemma_of(head), construction, tuple(pieces), cue, source)


def _verb(verb: Token) -> Iterator[Candidate]:
    cue = cue_stretch(verb)
    source = _source(verb)
    by = agent(verb)
    if by is not None:
        source = stripped(verb.doc, phrase(by))
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    yield from _parenthetical(verb, cue, source)
    voice = "passive-" if passive else ""
    obj = next((child for child in verb.children if child.dep_ in _OBJECTS and child.i > verb.i), None)
    for child in verb.children:
        if child.dep_ == "ccomp" or (child.dep_ == "xcomp" and child.i > verb.i):
            if child.i < verb.i:
                yield from _make(verb, voice + child.dep_ + "-before", [_clause(child, verb)], cue, source)
                continue
            stretch = phrase(child)
            if child.dep_ == "xcomp" and passive:
                whole = [phrase(other) for other in verb.children if other.dep_ == "nsubjpass"]
                yield from _make(
                    verb, "passive-xcomp", [*whole, stretch], cue, source if by is not None else None
                )
                continue
            label = child.dep_
            if child.dep_ == "xcomp":
                label += "-to" if any(g.lower_ == "to" for g in child.lefts) else "-" + child.tag_[:3].lower()
            yield from _make(verb, voice + label, [stretch], cue, source)
        elif child.dep_ == "prep" and child.i > verb.i:
            yield from _preposition(verb, child, voice, cue, source, obj)
    if obj is not None:
        yield from _object(verb, obj, cue, source)
    if passive and by is not None:
        whole = [phrase(child) for child in verb.children if child.dep_ == "nsubjpass"]
        yield from _make(verb, "agent", whole, cue, source)


def _clause(clause: Token, verb: Token) -> Stretch:
    start, end = phrase(clause)
    return start, min(end, verb.i)


def _preposition(
    verb: Token, prep: Token, voice: str, cue: Stretch, source: Stretch | None, obj: Token | None
) -> Iterator[Candidate]:
    for child in prep.children:
        if child.dep_ in ("pobj", "pcomp", "prep"):
            label = f"{voice}{'obj-' if obj is not None else ''}{child.dep_}:{prep.lower_}"
            wide = (cue[0], prep.i + 1) if cue[1] in (prep.i, prep.i - 1) else cue
            yield from _make(verb, label, [(phrase(child)[0], phrase(prep)[1])], wide, source)


def _object(verb: Token, obj: Token, cue: Stretch, source: Stretch | None) -> Iterator[Candidate]:
    yield from _make(verb, "dobj", [phrase(obj)], cue, source)
    for child in verb.children:
        if child.i > obj.i and child.dep_ in _AFTER_OBJECT:
            label = f"dobj+{child.dep_}" + (f":{child.lower_}" if child.dep_ == "prep" else "")
            yield from _make(verb, label, [(phrase(obj)[0], phrase(child)[1])], cue, source)


def _parenthetical(verb: Token, cue: Stretch, source: Stretch | None) -> Iterator[Candidate]:
    """A cue set into the clause that it attributes: "Prices, she said, will rise"."""
    if source is None or verb.dep_ not in ("parataxis", "ccomp", "advcl", "dep", "intj"):
        return
    host = verb.head
    own = phrase(verb)
    if host.i == verb.i or any(child.dep_ in ("mark", "ccomp", "xcomp", "dobj") for child in verb.children):
        return
    doc = verb.doc
    before = doc[own[0] - 1].text if own[0] else ""
    after = doc[own[1]].text if own[1] < len(doc) else ""
    if before in (",", "—", "–", "-", "”", '"') or after in (",",):
        hole = (min(own[0], cue[0]), max(own[1], cue[1]))
        yield from _make(verb, "parenthetical", list(without(phrase(host), hole)), cue, source)


def _noun(noun: Token) -> Iterator[Candidate]:
    owner = next((child for child in noun.children if child.dep_ == "poss"), None)
    source = None if owner is None else _owner(owner)
    for child in noun.children:
        if child.i < noun.i:
            continue
        if child.dep_ in _NOUN_COMPLEMENTS and child.pos_ in ("VERB", "AUX"):
            marks = [g.lower_ for g in child.lefts if g.lower_ in ("to", "that")]
            if marks:
                owned = "owned-" if owner is not None else ""
                yield from _make(
                    noun, f"{owned}noun-{marks[0]}", [phrase(child)], (noun.i, noun.i + 1), source
                )
        elif (
            child.dep_ == "prep"
            and owner is not None
            and child.lower_ in ("of", "for", "to", "about", "on", "against", "over", "with", "in")
        ):
            for grandchild in child.children:
                if grandchild.dep_ in ("pobj", "pcomp"):
                    cue = (noun.i, child.i + 1) if child.i == noun.i + 1 else (noun.i, noun.i + 1)
                    yield from _make(noun, f"noun-prep:{child.lower_}", [phrase(grandchild)], cue, source)


def _owner(owner: Token) -> Stretch:
    start, end = phrase(owner)
    last = owner.doc[end - 1]
    if end - start > 1 and last.tag_ == "POS":
        end -= 1
    return start, end


def _adjective(adjective: Token) -> Iterator[Candidate]:
    verb = adjective.head
    if adjective.dep_ not in ("acomp", "oprd") or verb.pos_ not in ("AUX", "VERB"):
        return
    source = _source(verb)
    cue = (min(verb.i, adjective.i), adjective.i + 1)
    if cue[1] - cue[0] > 5:
        cue = (adjective.i, adjective.i + 1)
    for host in (adjective, verb):
        for child in host.children:
            if child.i <= adjective.i:
                continue
            if child.dep_ in ("ccomp", "xcomp", "advcl") and (child.dep_ != "advcl" or host is adjective):
                to = "-to" if any(g.lower_ == "to" for g in child.lefts) else ""
                yield from _make(adjective, f"adj-{child.dep_}{to}", [phrase(child)], cue, source)
            elif child.dep_ == "prep" and host is adjective:
                for grandchild in child.children:
                    if grandchild.dep_ in ("pobj", "pcomp"):
                        wide = (cue[0], child.i + 1) if child.i == cue[1] else cue
                        yield from _make(
                            adjective, f"adj-prep:{child.lower_}", [phrase(grandchild)], wide, source
                        )


def _according(token: Token) -> Iterator[Candidate]:
    prep = next((child for child in token.children if child.lower_ == "to"), None)
    host = prep or token
    named = next((child for child in host.children if child.dep_ == "pobj"), None)
    if prep is None or named is None or token.head.i == token.i:
        return
    own = phrase(token)
    verb = token.head
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    hole = (own[0], max(own[1], prep.i + 1))
    source = stripped(token.doc, phrase(named))
    yield from _make(token, "according", list(without(phrase(verb), hole)), (token.i, prep.i + 1), source)


def _name_colon(colon: Token) -> Iterator[Candidate]:
    """A heading that names who speaks before a colon: "Lee: We will not go"."""
    doc = colon.doc
    if colon.i == 0 or colon.i + 2 > len(doc) or colon.whitespace_ == "":
        return
    start = sentence_start(colon)
    if not all(
        token.pos_ in ("PROPN", "ADP", "DET", "PART") or token.ent_type_ for token in doc[start : colon.i]
    ):
        return
    if start == colon.i or not any(token.pos_ == "PROPN" for token in doc[start : colon.i]):
        return
    yield from _make(colon, "name-colon", [(colon.i + 1, len(doc))], (colon.i, colon.i + 1), (start, colon.i))
