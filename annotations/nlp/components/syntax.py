"""Reading a parse: the stretch of a phrase, the words of a cue, the subject of a verb.

Stretches are half-open pairs of token indices (`token_start`, `token_end`).
"""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotations.nlp.draft import Span

Stretch = tuple[int, int]

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_CUE_PARTS = frozenset({"aux", "auxpass", "neg", "prt"})
_FARTHEST_SUBJECT = 5
_SHARES_SUBJECT = frozenset(
    {"conj", "xcomp", "advcl", "pcomp", "prep", "aux", "acomp", "attr", "dep", "dobj", "pobj", "acl"}
)
_EDGE = frozenset(",.;:—–-!?…()[]")


def phrase(token: Token) -> Stretch:
    """Return the stretch of the token's subtree."""
    return token.left_edge.i, token.right_edge.i + 1


def stripped(doc: Doc, stretch: Stretch) -> Stretch:
    """Return `stretch` without punctuation and white space at its edges; quotation marks stay."""
    start, end = stretch
    while start < end and (doc[start].is_space or doc[start].text in _EDGE):
        start += 1
    while start < end and (doc[end - 1].is_space or doc[end - 1].text in _EDGE):
        end -= 1
    return start, end


def without(stretch: Stretch, hole: Stretch) -> Iterator[Stretch]:
    """Yield what is left of `stretch` when `hole` is cut out."""
    if hole[1] <= stretch[0] or hole[0] >= stretch[1]:
        yield stretch
        return
    if stretch[0] < hole[0]:
        yield stretch[0], hole[0]
    if hole[1] < stretch[1]:
        yield hole[1], stretch[1]


def characters(doc: Doc, stretch: Stretch) -> Span:
    """Return the stretch as a span of the Doc's text."""
    last = doc[stretch[1] - 1]
    return Span(doc[stretch[0]].idx, last.idx + len(last.text))


def is_verb(token: Token) -> bool:
    """Say whether a token is a verb of its own, not the end of a compound like "so-called"."""
    if token.pos_ != "VERB":
        return False
    before = token.doc[token.i - 1] if token.i else None
    return before is None or before.text != "-" or before.whitespace_ != ""


def sentence_start(token: Token) -> int:
    """Return the index of the first token of the token's sentence.

    `Token.sent` looks at the whole Doc for it, which is slow where a paragraph is long.
    """
    index = token.i
    while index > 0 and not token.doc[index].is_sent_start:
        index -= 1
    return index


def cue_stretch(cue: Token) -> Stretch:
    """Return the words of a cue: its head with auxiliaries, negation, particle and the adverbs between."""
    wanted = {cue.i}
    for child in cue.children:
        if child.dep_ in _CUE_PARTS or (child.dep_ == "advmod" and abs(child.i - cue.i) == 1):
            wanted.add(child.i)
    start, end = cue.i, cue.i + 1
    while start - 1 in wanted or (start - 2 in wanted and cue.doc[start - 1].pos_ == "ADV"):
        start -= 1
    while end in wanted:
        end += 1
    return start, end


def subject(verb: Token) -> Token | None:
    """Return the token that heads the subject of `verb`, its own or the one it shares.

    A verb without one takes that of the verb it is coordinated with or depends on ("..., telling
    reporters"), or the noun that it modifies.
    """
    seen: Token = verb
    for _ in range(_FARTHEST_SUBJECT):
        own = next((child for child in seen.children if _is_subject(child, verb)), None)
        if own is not None:
            return own
        head = seen.head
        if head.i == seen.i:
            return None
        if seen.dep_ in ("acl", "relcl") and head.pos_ in ("NOUN", "PROPN", "PRON"):
            return head if seen.tag_ == "VBG" else None
        if seen.dep_ not in _SHARES_SUBJECT:
            return None
        seen = head
    return None


def _is_subject(child: Token, verb: Token) -> bool:
    if child.dep_ == "nsubjpass":
        # Who suffers what somebody else did does not speak.
        return child.head.i == verb.i or agent(child.head) is None
    return child.dep_ in SUBJECTS


def agent(verb: Token) -> Token | None:
    """Return the token that heads the "by" phrase of a passive verb."""
    for child in verb.children:
        if child.dep_ == "agent":
            for grandchild in child.children:
                if grandchild.dep_ in ("pobj", "pcomp"):
                    return grandchild
    return None
