"""What can be told from the words alone: the form of a mention and the kind of a claim."""

import re
from collections.abc import Iterable

from annotations.choices import ClaimKind, MentionForm
from annotations.nlp.draft import Span
from annotations.nlp.quotations import scan_paragraph, uses_double_marks
from annotations.nlp.words import Words

PRONOUNS = frozenset(
    [
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themself",
        "themselves",
        "who",
        "whom",
        "whose",
        "which",
        "that",
        "this",
        "these",
        "those",
        "one",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "anyone",
        "anybody",
        "nobody",
        "none",
    ]
)
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Prof|Rev)\.?"
_OPENING_TITLE = re.compile(rf"{_TITLE}(?=\s)")
_ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "some",
        "several",
        "many",
        "most",
        "all",
        "any",
        "each",
        "his",
        "her",
        "its",
        "their",
    ]
)


def is_pronoun(text: str) -> bool:
    """Say whether a mention's words are one pronoun ("she", "who"), whatever its capitals."""
    return text.strip().casefold() in PRONOUNS


def mention_form(text: str) -> MentionForm:
    """Return how a mention's words refer: by name, by description or by pronoun.

    A mention is a name where it ends on a capitalised word or opens with a title, or where an apposition
    or relative clause follows such a start ("Ann Lee, a nurse"): what stands before the first comma
    decides. One that opens with an article and has a lower-case word is a description.
    """
    if is_pronoun(text):
        return MentionForm.PRONOUN
    head = re.split(r"[,(]", text.strip(), maxsplit=1)[0]
    words = [word for word in re.findall(r"[^\W\d_][\w’'.\-]*", head)]
    if not words:
        return MentionForm.NOMINAL
    if _OPENING_TITLE.match(head):
        return MentionForm.NAME
    lower = [
        word
        for word in words[1:]
        if word[0].islower()
        and word
        not in ("of", "for", "the", "and", "de", "van", "von", "der", "al", "bin", "la", "di", "da", "del")
    ]
    if words[0].casefold() in _ARTICLES:
        return (
            MentionForm.NAME
            if len(words) > 1 and not lower and words[-1][0].isupper()
            else MentionForm.NOMINAL
        )
    return MentionForm.NAME if words[-1][0].isupper() else MentionForm.NOMINAL


def claim_kind(text: str, spans: Iterable[Span]) -> ClaimKind:
    """Return the kind of a claim whose content is `spans` of `text`, by its words inside quotation marks.

    Direct where every word lies inside, mixed where some do, indirect where none does. Only the
    paragraphs that the spans touch are read, so the cost does not grow with the article.
    """
    singles = not uses_double_marks(text)
    words = quoted = 0
    for span in spans:
        for line in _lines_of(text, span):
            index = Words(text, line.start, line.end)
            covered = index.covered([(span.start, span.end)])
            marked = scan_paragraph(text, line, singles=singles or not text[: line.start].strip())
            words += len(covered)
            quoted += len(covered & index.covered([(mark.start, mark.end) for mark in marked]))
    if not quoted:
        return ClaimKind.INDIRECT
    return ClaimKind.DIRECT if quoted == words else ClaimKind.MIXED


def _lines_of(text: str, span: Span) -> Iterable[Span]:
    start = text.rfind("\n", 0, span.start) + 1
    while start < span.end:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end)
        start = end + 1
