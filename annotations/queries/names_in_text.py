"""Names that an article has and the desk has not, for whoever types the beginning of a new speaker's name."""

import re

from annotations.choices import SpanRole, SpeakerKind
from annotations.models import Alias, Claim, ClaimSpan, Mention
from annotations.names import normalise_name
from annotations.nlp.forms import is_pronoun
from annotations.nlp.names import parse_name
from annotations.nlp.naming import names_in
from annotations.queries.texts import text_of

# How far from the claim names are looked for, in code points: all of a usual article.
REACH = 20_000
# A longer mention is no name that somebody would give.
LONGEST = 60


def names_in_text(claim: Claim, typed: str, limit: int = 3) -> list[str]:
    """Return what may be meant by `typed`, best first: the claim's own source, then other names of the text.

    Each word typed begins one of the name's. What a speaker of the desk is called is left out, apart from
    descriptions: "a senior official" of one article is not the one of another.
    """
    sought = normalise_name(typed)
    if not sought:
        return []
    forms: dict[str, str] = {}
    for name in _names(claim):
        form = normalise_name(name)
        if form and _fits(form, sought):
            forms.setdefault(form, name)
    known = Alias.objects.filter(normalised__in=forms, speaker__merged_into=None)
    taken = set(known.exclude(speaker__kind=SpeakerKind.UNNAMED).values_list("normalised", flat=True))
    offered = [form for form in forms if form not in taken]
    offered.sort(key=lambda form: not form.startswith(sought))
    return [forms[form] for form in offered[:limit]]


def _names(claim: Claim) -> list[str]:
    """Return the claim's source, other sources and mentions around it, and what is written as a name is."""
    text = text_of(claim.article)
    start, end = max(claim.start - REACH, 0), claim.start + REACH
    around = {"article": claim.article_id, "start__gte": start, "start__lt": end}
    sources = ClaimSpan.objects.filter(role=SpanRole.SOURCE, **around).order_by("start")
    spans = list(sources.values_list("claim_id", "start", "end"))
    spans.sort(key=lambda span: span[0] != claim.pk)
    spans += Mention.objects.filter(**around).values_list("pk", "start", "end")
    referring = (text[left:right] for _, left, right in spans)
    return [
        *(_called(words) for words in referring if len(words) <= LONGEST and not is_pronoun(words)),
        *names_in(text[start:end]),
    ]


def _called(words: str) -> str:
    """Return how a speaker is called whom the text refers to by these words: without title and apposition.

    One word of description keeps its article, as the pipeline leaves it: "the county", but "fire service".
    """
    named = re.split(r"[,(]", words, maxsplit=1)[0].strip()
    bare = parse_name(named).text
    return named[:1].lower() + named[1:] if bare.islower() and " " not in bare else bare


def _fits(form: str, sought: str) -> bool:
    words = form.split()
    return all(any(word.startswith(part) for word in words) for part in sought.split())
