"""Rows for tests; every field has a plain default, so that a test names only what it is about."""

import hashlib
import itertools
from typing import Any

from annotations.choices import ArticleState, ClaimKind, ClaimOrigin, MentionForm, Region, Role, SpanRole
from annotations.domain.numbering import number_speakers
from annotations.domain.search import index_article, index_claims
from annotations.domain.work_left import count_work_left
from annotations.models import (
    Alias,
    Article,
    ArticleSet,
    Claim,
    ClaimSpan,
    Mention,
    Paragraph,
    Sentence,
    Speaker,
    User,
)
from annotations.names import normalise_name

_numbers = itertools.count(1)

TEXT = (
    "“The bridge will open in May,” said Ana Lindqvist. She added that the tolls would stay."
    "\n\nNobody else spoke."
)


def make_user(*, role: Role = Role.EDITOR, username: str = "", **fields: Any) -> User:
    """Save a person; the password is `correct horse`."""
    return User.objects.create_user(
        username=username or f"person-{next(_numbers)}", password="correct horse", role=role.value, **fields
    )


def make_article(*, text: str = "", **fields: Any) -> Article:
    """Save an article that is ready for review, one body paragraph a line and one sentence a paragraph."""
    text = text or f"{TEXT} {next(_numbers)}"
    fields.setdefault("title", "The bridge opens")
    fields.setdefault("state", ArticleState.READY.value)
    fields.setdefault("pipeline", "test 1")
    article = Article.objects.create(
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source_format="text",
        language=fields.pop("language", "en"),
        **fields,
    )
    start = 0
    index = 0
    for line in text.split("\n"):
        if line.strip():
            index += 1
            paragraph = Paragraph.objects.create(
                article=article, index=index, start=start, end=start + len(line), region=Region.BODY.value
            )
            Sentence.objects.create(
                article=article, paragraph=paragraph, index=index, start=start, end=start + len(line)
            )
        start += len(line) + 1
    index_article(article)
    return article


def make_speaker(name: str = "Ana Lindqvist", *, aliases: tuple[str, ...] = (), **fields: Any) -> Speaker:
    """Save a speaker with its name and `aliases` as aliases."""
    speaker = Speaker.objects.create(name=name, **fields)
    for text in (name, *aliases):
        # A name such as "-" can't be typed on a page, but what leaves the desk must stand it.
        Alias.objects.create(speaker=speaker, text=text, normalised=normalise_name(text) or text)
    return speaker


def make_claim(
    *,
    article: Article | None = None,
    content: tuple[tuple[int, int], ...] = ((0, 30),),
    cue: tuple[tuple[int, int], ...] = (),
    source: tuple[tuple[int, int], ...] = (),
    **fields: Any,
) -> Claim:
    """Save a suggested claim of the pipeline with its spans; its speaker has a number in the article."""
    article = article or make_article()
    fields.setdefault("kind", ClaimKind.DIRECT.value)
    fields.setdefault("origin", ClaimOrigin.PIPELINE.value)
    fields.setdefault("suggested_speaker", fields.get("speaker"))
    spans = {SpanRole.CONTENT: content, SpanRole.CUE: cue, SpanRole.SOURCE: source}
    if fields["origin"] == ClaimOrigin.PIPELINE:
        suggested = {role.value: [list(span) for span in pieces] for role, pieces in spans.items()}
        fields.setdefault("suggestion", {"kind": fields["kind"], "spans": suggested})
    claim = Claim.objects.create(
        article=article,
        start=content[0][0],
        sentence=article.sentences.filter(start__lte=content[0][0]).order_by("start").last(),
        **fields,
    )
    if claim.speaker_id:
        number_speakers(article_id=article.pk, speaker_ids=[claim.speaker_id])
    for role, pieces in spans.items():
        for position, (start, end) in enumerate(pieces):
            ClaimSpan.objects.create(
                article=article, claim=claim, role=role.value, position=position, start=start, end=end
            )
    index_claims({article: {claim.pk: content}})
    count_work_left(article=article)
    return claim


def make_mention(*, article: Article, start: int, end: int, speaker: Speaker | None = None) -> Mention:
    """Save a mention by name; its speaker has a number in the article."""
    if speaker:
        number_speakers(article_id=article.pk, speaker_ids=[speaker.pk])
    return Mention.objects.create(
        article=article, start=start, end=end, speaker=speaker, form=MentionForm.NAME.value
    )


def make_set(name: str = "", *, articles: tuple[Article, ...] = ()) -> ArticleSet:
    """Save a set with its articles."""
    article_set = ArticleSet.objects.create(name=name or f"Set {next(_numbers)}")
    article_set.articles.set(articles)
    return article_set
