"""One article a line as a JSON object, as PolNeAR's articles are kept here; and predictions in that form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.nlp.gold.corpus import (
    GoldArticle,
    GoldCorpus,
    GoldError,
    checked_kind,
    checked_names,
    checked_spans,
    checked_speaker_kind,
)

_NEEDED = ("id", "text", "attributions")


def read(path: Path) -> GoldCorpus:
    """Read a corpus. Raises GoldError, which names the line."""
    articles: dict[Any, GoldArticle] = {}
    for place, record in records(path, needed=_NEEDED):
        if record["id"] in articles:
            raise GoldError(f"{place}: the article {record['id']} is there twice.")
        articles[record["id"]] = _article(record, place)
    return GoldCorpus(list(articles.values()))


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """Read what a system found, {"id", "claims"} a line. Raises GoldError, which names the line."""
    found = []
    for place, record in records(path, needed=("id", "claims")):
        claims = record["claims"]
        if not isinstance(claims, list) or not all(_is_claim(claim) for claim in claims):
            raise GoldError(f"{place}: claims is no list of objects with content as [start, end] pairs.")
        found.append({"id": record["id"], "claims": claims})
    return found


def records(path: Path, *, needed: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, object) of each line; blank lines are passed over.

    Raises GoldError for a file that can't be read, and a line that is no object or lacks a needed key.
    """
    try:
        # Not splitlines(): a text may hold separators that are no line ends of the file.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} can't be read: {error}.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise GoldError(f"{place}: this is no JSON.") from None
        if not isinstance(record, dict):
            raise GoldError(f"{place}: this is no JSON object.")
        if missing := [name for name in needed if name not in record]:
            raise GoldError(f"{place}: {', '.join(missing)} is missing.")
        yield place, record


def _article(record: dict[str, Any], place: str) -> GoldArticle:
    text, attributions = record["text"], record["attributions"]
    if not isinstance(text, str) or not isinstance(attributions, list):
        raise GoldError(f"{place}: text is no text, or attributions is no list.")
    found = []
    for number, item in enumerate(attributions, start=1):
        try:
            found.append(_attribution(item, len(text)))
        except ValueError as error:
            raise GoldError(f"{place}, attribution {number}: {error}.") from None
    title = str(record.get("title") or "")
    return {"id": record["id"], "text": text, "title": title, "attributions": found}


def _attribution(item: Any, length: int) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise ValueError("this is no JSON object")
    found: dict[str, Any] = {
        role: checked_spans(item.get(role) or [], length, role) for role in ("content", "cue", "source")
    }
    if not found["content"]:
        raise ValueError("content is missing")
    if item.get("kind"):
        found["kind"] = checked_kind(item["kind"])
    if "names" in item:
        found["names"] = checked_names(item["names"])
    if speaker_kind := item.get("speaker_kind"):
        found["speaker_kind"] = checked_speaker_kind(speaker_kind)
    return found


def _is_claim(claim: Any) -> bool:
    if not isinstance(claim, dict) or not claim.get("content"):
        return False
    try:
        for role in ("content", "cue", "source"):
            checked_spans(claim.get(role) or [], _ANY_LENGTH, role)
    except ValueError:
        return False
    confidence, speaker = claim.get("confidence"), claim.get("speaker")
    is_share = confidence is None or (isinstance(confidence, int | float) and 0 <= confidence <= 1)
    return is_share and (speaker is None or isinstance(speaker, str))


# The text that predictions belong to is the corpus'; the scorer looks whether they fit it.
_ANY_LENGTH = 2**62
