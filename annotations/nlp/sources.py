"""Reading the words of a source: whose name it is, or what sort of nameless thing speaks.

Pure; takes the name mentions inside the source from whoever found them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry
from annotations.nlp.forms import is_pronoun
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import NameMention

_CUT = re.compile(r"\s*(?:,|\(|;| [–—-]+ )\s*|\s+(?=(?:who|which|that|whose)\b)")
_POSSESSIVE = re.compile(r"['’]s?$")
_PREPOSITION = re.compile(r"(?:of|from|for|in|at|on|with|to|who|which|himself|herself|,|\()\b")
_PREPOSITIONS = frozenset({"of", "for", "in", "at", "from", "with", "to", "by", "on"})
_LONGEST_LEAD = 4
_DEFINITE = ("the ", "that ", "this ", "his ", "her ", "its ", "their ")
_QUANTIFIED = re.compile(
    r"(?:some|several|many|most|all|few|both|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds|"
    r"thousands|more|other|\d[\d,.]*|one in|nearly|about|almost|these|those)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source's words are.

    `name` is the mention that names the speaker; without one, `words` is the description without its
    relative clause, `head` its head noun in lower case and `kind` what the head says.
    """

    words: str
    head: str = ""
    kind: SpeakerKind = SpeakerKind.UNNAMED
    name: NameMention | None = None
    is_pronoun: bool = False
    is_definite: bool = False
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The speaker of one claim: an entry and how it was found, or the entries that fit.

    `basis` names the rule, `anchor` is the offset of the mention that settled it.
    """

    entry: Entry | None = None
    candidates: tuple[Entry, ...] = ()
    basis: str = "none"
    anchor: int | None = None


def read_source(text: str, start: int, names: Sequence[NameMention]) -> SourceReading:
    """Return the reading of a source `text` that starts at `start`; `names` are the mentions inside it."""
    bare = text.strip()
    if is_pronoun(bare):
        return SourceReading(bare, is_pronoun=True)
    segments = list(_segments(text))
    for order, (begin, end) in enumerate(segments):
        first, last = start + begin, start + end
        name = _naming(text, start, first, last, names)
        if name is not None:
            return SourceReading(bare, name=name)
        # Past the first segment only an apposition that is nothing but a name counts.
        if order and not any(mention.start <= first + 1 for mention in names if mention.end > first):
            break
    begin, end = segments[0]
    return _description(text[begin:end].strip())


def _segments(text: str) -> list[tuple[int, int]]:
    found, begin = [], 0
    for match in _CUT.finditer(text):
        if match.start() > begin:
            found.append((begin, match.start()))
        begin = match.end()
    if begin < len(text):
        found.append((begin, len(text)))
    return found or [(0, len(text))]


def _naming(text: str, start: int, first: int, last: int, names: Sequence[NameMention]) -> NameMention | None:
    """Return the mention that names the bearer of the segment [first, last): its last or its opening one."""
    inside = [mention for mention in names if first <= mention.start and mention.end <= last]
    if not inside:
        return None
    if re.search(r"\band\b", text[first - start : last - start]) and len(inside) > 1:
        return None
    rest = _POSSESSIVE.sub("", text[inside[-1].end - start : last - start]).strip()
    before = text[first - start : inside[-1].start - start].split()
    if not rest and (
        not before or before[-1].casefold() not in ("of", "for", "in", "at", "from", "with", "to", "by", "on")
    ):
        return inside[-1]
    opening = inside[0]
    lead = text[first - start : opening.start - start].casefold().split()
    following = text[opening.end - start : last - start].lstrip()
    leads = len(lead) <= _LONGEST_LEAD and _PREPOSITIONS.isdisjoint(lead)
    if leads and _PREPOSITION.match(following):
        return opening
    # "the Institute for the Study of War": the mention covers all but the article.
    if lead in ([], ["the"]) and not rest and len(inside) == 1:
        return opening
    return None


def _description(text: str) -> SourceReading:
    folded = text.casefold()
    head = head_noun(text)
    singular = head[:-1] if head.endswith("s") and head[:-1] in words("roles") else head
    plural = (
        " and " in folded
        or head in words("group_nouns")
        or singular != head
        or bool(_QUANTIFIED.match(folded))
    )
    if head in words("document_nouns"):
        kind = SpeakerKind.DOCUMENT
    elif plural:
        kind = SpeakerKind.GROUP
    elif head in words("organisation_nouns"):
        kind = SpeakerKind.ORGANISATION
    else:
        kind = SpeakerKind.UNNAMED
    return SourceReading(
        words=text,
        head=head,
        kind=kind,
        is_definite=folded.startswith(_DEFINITE)
        or (text[:1].isupper() and not folded.startswith(("a ", "an ", "one "))),
        is_person=kind is SpeakerKind.UNNAMED and head in words("roles"),
    )


def head_noun(text: str) -> str:
    """Return the head noun of a description in lower case: the word before its first preposition."""
    found = ""
    for word in text.split():
        bare = re.sub(r"['’]s?$", "", word.strip('.,;:()"“”')).casefold()
        if found and bare in (
            "of",
            "for",
            "in",
            "at",
            "from",
            "with",
            "to",
            "by",
            "on",
            "and",
            "who",
            "against",
            "near",
            "inside",
            "close",
            "familiar",
            "involved",
        ):
            break
        if found and bare in words("participles"):
            break
        if word.endswith(("'s", "’s")):
            continue
        if bare:
            found = bare
    return found
