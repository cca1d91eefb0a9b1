"""Three short news articles of our own writing, for newcomers to try Newsdesk on.

People, places and papers are invented. Each article is full of what makes attribution hard: quotes over
two paragraphs or interrupted by their cue, marks that do not match, titles and scare quotes that nobody
said, pronouns, roles and misspelt names, couples with one surname, bodies and documents that speak.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from annotations.readers import SourceDocument, read_document

SET_NAME = "Sample"
_FOLDER = Path(__file__).parent


def sample_documents() -> Iterator[tuple[str, SourceDocument]]:
    """Yield the name and the article of each file, read as an upload is, in alphabetical order."""
    described = json.loads((_FOLDER / "articles.json").read_text(encoding="utf-8"))
    for facts in sorted(described, key=lambda facts: str(facts["file"])):
        document = read_document(_FOLDER / facts["file"], name=facts["file"])
        yield (
            facts["file"],
            replace(
                document,
                title=facts["title"],
                outlet=facts["outlet"],
                byline=facts["byline"],
                published_on=date.fromisoformat(facts["published_on"]),
            ),
        )
