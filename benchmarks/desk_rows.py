"""What a benchmark needs inside the desk's database, run beside its server; each command answers in JSON.

    .venv/bin/python -m benchmarks.desk_rows people 8
    .venv/bin/python -m benchmarks.desk_rows articles --words 700 --claims 20
    .venv/bin/python -m benchmarks.desk_rows claims 1

Articles are stored by the product's own verbs, as an upload and its pre-annotation would store them.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

import django

django.setup()

# Models can be imported only now.
from django.conf import settings  # noqa: E402
from django.db.models import Max  # noqa: E402

from annotations.choices import (  # noqa: E402
    ClaimKind,
    MentionForm,
    Region,
    Role,
    RunState,
    SpeakerKind,
)
from annotations.domain import annotation, articles  # noqa: E402
from annotations.domain.history import spans_by_role  # noqa: E402
from annotations.models import AnnotationRun, Article, Claim, Revision, User  # noqa: E402
from annotations.nlp.draft import (  # noqa: E402
    Draft,
    DraftClaim,
    DraftMention,
    DraftParagraph,
    DraftSentence,
    DraftSpeaker,
    Span,
)
from annotations.readers import SourceDocument, SourceFormat  # noqa: E402
from annotations.sample import sample_documents  # noqa: E402
from benchmarks import sample_errors  # noqa: E402
from benchmarks.desk_server import PASSWORD  # noqa: E402
from tests import replay  # noqa: E402

FORENAMES = ("Ana", "Bo", "Cleo", "Dag", "Edda", "Finn", "Greta", "Hugo", "Ines", "Jon")
SURNAMES = ("Lindqvist", "Ek", "Rosander", "Moberg", "Tveit", "Aalto", "Sorley", "Quist", "Vane", "Harrow")
CLAIM = (
    "“Toll number {number} stays for {years} more years, whatever it may cost us,” said {name} on the bridge."
)
FILLER = "Nobody at the meeting wrote down the {number} other things that were asked about that day."


def people(count: int) -> list[str]:
    """Make so many editors, who log in with PASSWORD, and return their usernames."""
    names = [f"editor-{number}" for number in range(1, count + 1)]
    for name in names:
        User.objects.create_user(username=name, password=PASSWORD, role=Role.EDITOR.value)
    return names


def articles_of_tolls(
    *, words: int, claims: int, speakers: int, title: str, copies: int, begin: bool = False
) -> list[dict[str, Any]]:
    """Store so many pre-annotated articles; with `begin` the history starts after them.

    Each has about so many words, and exactly so many claims by so many speakers.
    """
    titles = [title, *(f"{title} {number}" for number in range(2, copies + 1))]
    stored = [_article(words=words, claims=claims, speakers=speakers, title=each) for each in titles]
    if begin:
        begin_history()
    return stored


def _article(*, words: int, claims: int, speakers: int, title: str) -> dict[str, Any]:
    """Store one of them; the title makes its text another than that of the rest."""
    names = [
        f"{FORENAMES[number % 10]} {SURNAMES[(number + number // 10) % 10]}" for number in range(speakers)
    ]
    lines = [
        CLAIM.format(number=number, years=number % 90 + 2, name=names[number % speakers])
        for number in range(claims)
    ]
    fillers = max(0, words - sum(len(line.split()) for line in lines)) // len(FILLER.split())
    for number in range(fillers):
        lines.insert(number * len(lines) // max(1, fillers), FILLER.format(number=number))
    text = "\n\n".join([f"{title}: what was said on the bridge", *lines])
    stored = store(text=text, title=title, draft=_draft(text, names))
    return {
        "id": stored.pk,
        "words": len(text.split()),
        "claims": list(stored.claims.in_text_order().values_list("pk", flat=True)),
    }


def sample() -> list[dict[str, Any]]:
    """Return the sample articles on the desk with their right answers."""
    return [
        _with_answers(each, each.source_name, each.text)
        for each in Article.objects.filter(source_name__in=dict(sample_documents())).order_by("pk")
    ]


def sample_with_errors(editions: int) -> list[dict[str, Any]]:
    """Store so many editions of the sample articles, with errors made on purpose among the suggestions."""
    stored = []
    for name, document in sample_documents():
        text = document.text
        found = annotation.draft_of(text, language=document.language, title=document.title)
        right = sample_errors.right_draft(found, sample_errors.right_claims(name, text), text)
        for edition in range(1, editions + 1):
            edited, draft = sample_errors.erring_draft(right, text, edition=edition)
            kept = store(text=edited, title=f"{document.title} ({edition})", draft=draft)
            stored.append(_with_answers(kept, name, text))
    return stored


def claims(article: int) -> list[dict[str, Any]]:
    """Return the claims of the article as they are stored, in text order."""
    return [
        {
            "id": claim.pk,
            "state": claim.state,
            "speaker": claim.speaker.name if claim.speaker else None,
            "content": spans_by_role(claim)["content"],
        }
        for claim in Claim.objects.filter(article=article)
        .in_text_order()
        .select_related("speaker")
        .prefetch_related("spans")
    ]


def _with_answers(stored: Article, source_name: str, text: str) -> dict[str, Any]:
    return {
        "id": stored.pk,
        "title": stored.title,
        "text": stored.text,
        "answers": [
            {"speaker": right.speaker, "content": [[span.start, span.end] for span in right.content]}
            for right in sample_errors.right_claims(source_name, text)
        ],
    }


def annotated() -> int:
    """Return how many articles the pipeline has read."""
    return Article.objects.exclude(pipeline="").count()


def begin_history() -> int:
    """Keep how the desk stands, for `history` to start from; return the number of claims."""
    last = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
    _start_file().write_text(json.dumps({"since": last, "world": replay.world()}))
    return Claim.objects.count()


def history() -> dict[str, Any]:
    """Return who did what under which key since `begin`, and where the desk is not as the revisions say.

    Replayed over the start they have to give what is stored, and each has to begin where the last one ended.
    """
    start = json.loads(_start_file().read_text())
    revisions = Revision.objects.filter(pk__gt=start["since"]).select_related("actor").order_by("pk")
    done = [
        (revision.actor.username, revision.request_key, revision.verb)
        for revision in revisions
        if revision.actor
    ]
    only = None
    if any(revision.actor is None for revision in revisions):
        # An import went on meanwhile. What it stored is no step of anybody: only what was there before is
        # looked at, and what people made.
        made = {key for revision in revisions if revision.actor for key in revision.after}
        only = made | start["world"].keys()
    faults = _breaks(start["world"], revisions)
    faults += replay.differences(start["world"], since=start["since"], only=only)
    return {"done": done, "faults": faults}


def _breaks(world: replay.World, revisions: Iterable[Revision]) -> list[str]:
    """Return the revisions that did not find a claim as the one before left it: a change was lost there."""
    now = dict(world)
    breaks = []
    for revision in revisions:
        for key, fields in revision.before.items():
            if not key.startswith("claim:"):
                continue
            left = now.get(key)
            if fields != (left if fields is None or left is None else {name: left[name] for name in fields}):
                breaks.append(f"revision {revision.pk} ({revision.verb}) did not find {key} as it was left")
        for key, fields in revision.after.items():
            # A pre-annotation tells of its pipeline and run as well, which are no rows.
            if key.startswith("claim:"):
                now[key] = fields if fields is None else {**(now.get(key) or {}), **fields}
    return breaks


def _start_file() -> Path:
    return Path(settings.DATA_DIR) / "start.json"


def store(*, text: str, title: str, draft: Draft) -> Article:
    """Store an article with this draft as what the pipeline found in it."""
    by = User.objects.order_by("pk")[0]
    document = SourceDocument(text=text, source_format=SourceFormat.TEXT, title=title, language="en")
    run = articles.store_article(document=document, by=by)
    AnnotationRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, tries=1)
    run.refresh_from_db()
    annotation.store_draft(run=run, draft=draft)
    return run.article


def _draft(text: str, names: list[str]) -> Draft:
    paragraphs: list[DraftParagraph] = []
    mentions: list[DraftMention] = []
    claims: list[DraftClaim] = []
    start = 0
    for line in text.split("\n"):
        if line:
            region = Region.BODY if paragraphs else Region.HEADLINE
            paragraphs.append(DraftParagraph(start, start + len(line), region))
        if line.startswith("“"):
            ends = line.index("”") + 1
            source = line.index(" said ") + 6, line.index(" on the bridge.")
            speaker = names.index(line[slice(*source)])
            mentions.append(DraftMention(start + source[0], start + source[1], MentionForm.NAME, speaker))
            claims.append(
                DraftClaim(
                    kind=ClaimKind.DIRECT,
                    content=(Span(start, start + ends),),
                    cue=(Span(start + ends + 1, start + ends + 5),),
                    source=(Span(start + source[0], start + source[1]),),
                    source_form=MentionForm.NAME,
                    speaker=speaker,
                    candidates=(speaker,),
                    confidence=0.8,
                    reason="subject of said",
                )
            )
        start += len(line) + 1
    return Draft(
        pipeline="benchmark 1",
        paragraphs=tuple(paragraphs),
        sentences=tuple(DraftSentence(each.start, each.end, at) for at, each in enumerate(paragraphs)),
        mentions=tuple(mentions),
        speakers=tuple(DraftSpeaker(name, SpeakerKind.PERSON) for name in names),
        claims=tuple(claims),
    )


def main() -> None:
    """Do what the arguments say and print the answer."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("people")
    command.add_argument("count", type=int)
    command = commands.add_parser("articles")
    command.add_argument("--words", type=int, required=True)
    command.add_argument("--claims", type=int, required=True)
    command.add_argument("--speakers", type=int, default=10)
    command.add_argument("--title", default="The tolls")
    command.add_argument("--copies", type=int, default=1)
    command.add_argument("--begin", action="store_true")
    commands.add_parser("sample")
    command = commands.add_parser("sample-with-errors")
    command.add_argument("editions", type=int)
    command = commands.add_parser("claims")
    command.add_argument("article", type=int)
    commands.add_parser("annotated")
    commands.add_parser("begin")
    commands.add_parser("history")
    options = vars(parser.parse_args())
    verbs = {
        "people": people,
        "articles": articles_of_tolls,
        "sample": sample,
        "sample-with-errors": sample_with_errors,
        "claims": claims,
        "annotated": annotated,
        "begin": begin_history,
        "history": history,
    }
    json.dump(verbs[options.pop("command")](**options), sys.stdout)


if __name__ == "__main__":
    main()
