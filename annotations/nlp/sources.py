"""Reading the words of a source: whose name it is, or what sort of nameless thing speaks.

Pure; takes the name mentions inside the source from whoever found them.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry
from annotations.nlp.forms import is_pronoun
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import NameMention
from annotations.nlp.roles import head_noun

_CUT = re.compile(r"\s*(?:,|\(|;| [–—-]+ )\s*|\s+(?=(?:who|which|that|whose)\b)")
_DATELINE = re.compile(r"[A-Z][A-Z.,’' ]{2,40}(?:\([^)]{2,20}\))?\s*(?:--|[-–—])\s+(?=\S)")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_PREPOSITION = re.compile(r"(?:of|from|for|in|at|on|with|to|who|which|himself|herself|,|\()\b")
# A verb or adverb that slipped into the source with the name before it: "President Lee responded".
_SLIPPED_IN = re.compile(r"\w+(?:ed|ly)|said|says|himself|herself|also|then|later|now|has|had", re.IGNORECASE)
_SPEAKING = re.compile(r"(I|we|he|she|they|it)\s+(?!(?:and|or|who)\b)[a-z]+(?:\s+[a-z]+)?$", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:(?:\w+\s+){1,2}of\s+)?(who|whom|which)\b", re.IGNORECASE)
_BESIDE = re.compile(r"\s*(?:,|,?\s+and|&|,?\s+as\s+well\s+as|,?\s+along\s+with)\s+", re.IGNORECASE)
_WITH_UNNAMED = re.compile(r"\s+and(?:\s+(?:his|her|its|their|other|others|several|some|has|a|an)\b|\s*$)")
_WITH_OWN = re.compile(r"(.{3,80}?)\s+and\s+(?:his|her|its|their|other)\s+[\w\s’'-]{3,40}", re.DOTALL)
_RELATIVE_WORDS = ("who ", "which ", "that ", "whose ", "whom ")
_ACRONYM = re.compile(r"\s*\(\s*[A-Z][A-Za-z.&-]{1,9}\s*\)")
_LONGEST_LEAD = 4
_MOST_WORDS_OF_PRONOUN = 3
_DEFINITE = ("the ", "that ", "this ", "his ", "her ", "its ", "their ")
_QUANTIFIED = re.compile(
    r"(?:some|several|many|most|all|few|both|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds|"
    r"thousands|more|other|\d[\d,.]*|one in|a (?:number|handful|couple|majority) of|nearly|about|almost|"
    r"these|those)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source's words are.

    `name` is the mention that names the speaker; without one, `words` is the description without its
    relative clause, `head` its head noun in lower case and `kind` what the head says. `others` are named
    beside the speaker ("Ann Lee and Bo Roe"). `is_person` says that the head is a person's role.
    """

    words: str
    head: str = ""
    kind: SpeakerKind = SpeakerKind.UNNAMED
    name: NameMention | None = None
    is_pronoun: bool = False
    is_definite: bool = False
    is_person: bool = False
    others: tuple[NameMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The speaker of one claim: an entry and how it was found, or the entries that fit.

    `basis` names the rule, `anchor` is the offset of the mention that settled it. `chance` is the share of
    such choices that are right where candidates were ranked, else 1. `grounds` says in words what decided.
    """

    entry: Entry | None = None
    candidates: tuple[Entry, ...] = ()
    basis: str = "none"
    anchor: int | None = None
    chance: float = 1.0
    grounds: str = ""


def read_source(text: str, start: int, names: Sequence[NameMention]) -> SourceReading:
    """Return the reading of a source `text` that starts at `start`; `names` are the mentions inside it."""
    if match := _DATELINE.match(text):
        return read_source(text[match.end() :], start + match.end(), names)
    bare = text.strip()
    if pronoun := _as_pronoun(bare):
        return SourceReading(pronoun, is_pronoun=True)
    joint = _joint(text, start, names)
    if joint:
        return SourceReading(bare, name=joint[0], others=joint[1:])
    if match := _WITH_OWN.fullmatch(text):
        return read_source(match[1], start, [name for name in names if name.end <= start + match.end(1)])
    segments = _segments(text)
    for order, (begin, end) in enumerate(segments):
        first, last = start + begin, start + end
        # Past the first segment only an apposition that is nothing but a name counts.
        if order and (
            text[begin:end].startswith(_RELATIVE_WORDS)
            or not any(mention.start <= first + 1 and mention.end > first for mention in names)
        ):
            break
        name = _naming(text, start, first, last, names)
        if name is not None:
            return SourceReading(bare, name=name)
    begin, end = segments[0]
    return _description(_POSSESSIVE.sub("", text[begin:end].strip()))


def _as_pronoun(bare: str) -> str:
    """Return the pronoun that a source is or opens with ("who in 2010", "many of whom", "I laughed")."""
    if is_pronoun(bare):
        return bare
    if match := _RELATIVE.match(bare):
        return match[1]
    match = _SPEAKING.match(bare)
    return match[1] if match and len(bare.split()) <= _MOST_WORDS_OF_PRONOUN else ""


def _joint(text: str, start: int, names: Sequence[NameMention]) -> tuple[NameMention, ...]:
    """Return the names of a source that is nothing but two or more of them, or one and people of theirs."""
    bearers = [name for name in names if name.label in ("PERSON", "ORG", "GPE", "")]
    if not bearers or text[: bearers[0].start - start].strip():
        return ()
    if bearers[0].label == "PERSON" and _WITH_UNNAMED.match(text, bearers[0].end - start):
        return (bearers[0],)
    if len(bearers) == 1:
        return ()
    for name, following in itertools.pairwise(bearers):
        if not _BESIDE.fullmatch(text, name.end - start, following.start - start):
            return ()
    rest = text[bearers[-1].end - start :].strip(" ,")
    joined = re.search(r"\band\b|&", text[bearers[0].end - start : bearers[-1].start - start])
    return tuple(bearers) if joined and (not rest or _POSSESSIVE.fullmatch(rest)) else ()


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
    if inside[0].is_headline and inside[0].start == start and inside[0].label == "PERSON":
        # A headline's verb has a capital as well: "Ann Lee Slams Acme CEO".
        return inside[0]
    if re.search(r"\band\b", text[first - start : last - start]) and len(inside) > 1:
        return None
    rest = _POSSESSIVE.sub("", text[inside[-1].end - start : last - start]).strip()
    before = text[first - start : inside[-1].start - start].split()
    if _is_of_another(before):
        return None
    if not rest and (not before or before[-1].casefold() not in words("prepositions")):
        return inside[-1]
    opening = inside[0]
    lead = text[first - start : opening.start - start].casefold().split()
    following = text[opening.end - start : last - start].lstrip()
    leads = (
        len(lead) <= _LONGEST_LEAD
        and words("prepositions").isdisjoint(lead)
        and not any(word.endswith("ing") or _QUANTIFIED.fullmatch(word) for word in lead)
    )
    if leads and (_PREPOSITION.match(following) or _SLIPPED_IN.fullmatch(following.strip())):
        return opening
    # "the Institute for the Study of War": the mention covers all but the article.
    if lead in ([], ["the"]) and not rest and len(inside) == 1:
        return opening
    return None


def _is_of_another(before: Sequence[str]) -> bool:
    """Say whether the words before a name make it the author or a part of what they name.

    So "a study by Ann Lee" and "the Committee for a Responsible" before "Federal Budget".
    """
    opening = next((i for i, word in enumerate(before) if word.casefold() in words("prepositions")), None)
    if opening is None:
        return False
    head = head_noun(" ".join(before[:opening]))
    if any(head in words(name) for name in ("document_nouns", "organisation_nouns", "group_nouns")):
        return True
    return before[opening - 1][:1].isupper() and before[-1][:1].isupper() and head not in words("roles")


def _is_of_many(folded: str) -> bool:
    """Say whether "and" joins two who speak, and not two posts of one: "the mayor and former banker"."""
    first, _, second = folded.partition(" and ")
    if not second:
        return False
    posts = second.split()
    is_one = (
        folded.startswith(_DEFINITE)
        and posts[0] not in words("determiners")
        and head_noun(first) in words("roles")
        and head_noun(second) in words("roles")
    )
    return not is_one


def _description(text: str) -> SourceReading:
    folded = text.casefold()
    head = head_noun(text)
    singular = head[:-1] if head.endswith("s") and head[:-1] in words("roles") else head
    plural = (
        _is_of_many(folded)
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
        is_person=kind is SpeakerKind.UNNAMED and (head in words("roles") or head.endswith("-year-old")),
    )
