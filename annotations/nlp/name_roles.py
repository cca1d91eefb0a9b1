"""What a text says of a name's bearer right beside the name: an office, an apposition, "is the mayor of"."""

import re

from annotations.nlp.lexicon import words
from annotations.nlp.names import is_title

ROLE_AFTER = re.compile(
    r"(?:\s*\([^)]{1,20}\))?,\s+(?P<role>(?:(?:a|an|the|his|her|its|their|who\s+is|now|then)\s+)?"
    r"[^\s,;:.()“”\"—–][^,;:()“”\"—–\n]{2,90})(?=[,;:.()“”\"—–\n]|$)"
)
_OFFICE_BEFORE = re.compile(
    r"(?P<role>(?:(?:[A-Z][\w.’'-]+|the|former|acting|deputy|vice)\s+){0,3}"
    r"(?:[Ss]ecretary|[Mm]inister|[Dd]irector|[Cc]hief|[Hh]ead|[Ss]peaker|[Mm]ember)\s+of\s+(?:the\s+)?"
    r"(?:[A-Z][\w’'-]+|state|defen[cs]e)(?:\s+[A-Z][\w’'-]+){0,2})\s+$"
)
# Small words between an article and a name say what its bearer is, whatever they are: "the horse trainer".
_CALLING_BEFORE = re.compile(
    r"(?:^|[\s“\"(])(?P<role>(?:the|The|a|A|an|An|his|His|her|Her|their|Their|its|Its)\s+(?:[a-z][a-z-]+\s+){0,3}[a-z-]{3,}"
    r"(?<!\bof)(?<!\bfor)(?<!\band)(?<!\bthat)(?<!\bwith)(?<!\bfrom)(?<!\bsaid)(?<!\bsays)(?<!\btold)(?<!\bwhen)(?<!ed))\s+$"
)
_OWN_BEFORE = re.compile(
    r"(?:^|[\s“\"(])(?<![Ii]n )(?<![Aa]t )(?<![Tt]o )(?<![Oo]f )(?<![Ff]or )(?<![Oo]n )(?<![Ww]ith )"
    r"(?<![Ff]rom )(?<![Bb]y )"
    r"(?P<role>(?:his|His|her|Her|their|Their|its|Its)\s+(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*),\s+$"
)
_IS_ROLE = re.compile(r"\s+(?:is|was|has\s+been|became)\s+(?P<role>(?:a|an|the)\s+[^,;:.()“”\"—–\n]{3,90})")
_ROLE_WITH_COMMA = re.compile(
    r"(?<!\b(?:in|at|on|of|to)\s)\b(?P<role>(?:the|a|an|his|her|its|their)\s+[^,;:.()“”\"—–\n]{3,70}),\s+$",
    re.IGNORECASE,
)
_ROLE_ENDS = re.compile(
    r"\s+(?:who|which|that|when|where|whose|and|but|said|says|told|has|had|is|was|were)\b"
)
_BEFORE_PREPOSITION = re.compile(r"\s+(?:of|for|at|in|from|to|with|on|under|against|by)\b")
_LONGEST_ROLE = 9
_MOST_MODIFIERS = 2


def role_around(up_to_name: str, before: str, after: str) -> str:
    """Return the words that say what the bearer of a name is; empty where the text says nothing nearby."""
    if found := _role_before(up_to_name):
        return found
    for match in (ROLE_AFTER.match(after), _IS_ROLE.match(after)):
        if match is not None and (found := as_role(match["role"])):
            return found
    if (match := _OWN_BEFORE.search(before)) and after[:1] in (",", ".", " "):
        return match["role"]
    match = _ROLE_WITH_COMMA.search(before)
    return as_role(match["role"]) if match is not None and after[:1] in (",", ".", " ") else ""


def _role_before(before: str) -> str:
    for pattern in (_OFFICE_BEFORE, _CALLING_BEFORE):
        if match := pattern.search(before):
            return match["role"]
    parts = before.split()
    if not parts or before != before.rstrip() + " ":
        return ""
    first, modifiers, has_role = len(parts), 0, False
    while first > 0 and len(parts) - first < _LONGEST_ROLE:
        word = parts[first - 1]
        bare = word.casefold().removesuffix("'s").removesuffix("’s")
        if (not word[-1].isalnum() and not word.endswith((".", "’", "'"))) or word[0] in '“"‘(':
            break
        if word.endswith(".") and not is_title(word) and len(word) > 3:
            break
        if is_title(bare) and bare.rstrip(".") in words("abbreviated_titles"):
            if bare.rstrip(".") in words("gendered_titles"):
                break
            has_role = True
        elif bare in words("roles"):
            has_role = True
        elif bare in words("role_breaks") or (not has_role and not word[0].isupper()):
            break
        elif not word[0].isupper() and bare not in words("role_modifiers"):
            modifiers += 1
            if modifiers > _MOST_MODIFIERS or bare.endswith(("ed", "ing", "ly")):
                break
        if not has_role and first < len(parts):
            # The role's own noun stands right before the name, or before "general" and its like.
            return ""
        first -= 1
        if bare in words("determiners"):
            break
    return " ".join(parts[first:]) if has_role else ""


def as_role(phrase: str) -> str:
    """Return what of a phrase is a role, else nothing: "mayor of Norrby" of "mayor of Norrby who lost"."""
    phrase = _ROLE_ENDS.split(phrase.strip(), maxsplit=1)[0]
    first = phrase.split(maxsplit=1)[0].casefold() if phrase.strip() else ""
    if first in words("role_breaks") and first not in ("who", "a", "an", "the"):
        return ""
    head = _BEFORE_PREPOSITION.split(phrase, maxsplit=1)[0].split()
    # Past a role's own noun only "general", "elect" and their like follow: "attorney general".
    if not head or not any(word.casefold().strip(".’'") in words("roles") for word in head[-2:]):
        return ""
    return " ".join(phrase.split()[:_LONGEST_ROLE]).strip(" ,")
