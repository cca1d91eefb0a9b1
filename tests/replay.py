"""Whether the revisions tell the whole story: replayed over a start they give what the database holds.

`world()` is every row that a verb may change, under the keys that revisions use. Aliases are told apart by
their speaker and form, since a speaker that comes back gets new rows for them. The pre-annotation is no verb
and is not replayed: take the start after it. Annotating again is one, with the article's mentions and the
candidates of its claims under the key of the draft.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

from annotations.domain import history
from annotations.models import Alias, Article, Candidate, Claim, Mention, Revision, Speaker

World = dict[str, Any]
# What revisions say beyond rows of their own, such as the pipeline of a pre-annotation.
_NOUNS = frozenset({"article", "claim", "speaker", "alias", "mention", "candidate"})


def world() -> World:
    """Return every row that a verb may change, as revisions write it; versions aside, which only grow."""
    rows: World = {
        f"article:{pk}": {"state": state} for pk, state in Article.objects.values_list("pk", "state")
    }
    for claim in Claim.objects.prefetch_related("spans"):
        rows[f"claim:{claim.pk}"] = history.claim_state(claim)
    for speaker in Speaker.objects.prefetch_related("aliases"):
        fields = history.speaker_state(speaker)
        rows[f"speaker:{speaker.pk}"] = {name: fields[name] for name in fields if name != "aliases"}
    for alias in Alias.objects.all():
        rows[_alias_key(history.alias_state(alias))] = alias.text
    for mention in Mention.objects.all():
        rows[f"mention:{mention.pk}"] = {"article_id": mention.article_id, "speaker_id": mention.speaker_id}
    for candidate in Candidate.objects.all():
        fields = {name: getattr(candidate, name) for name in ("claim_id", "speaker_id", "position")}
        rows[f"candidate:{candidate.pk}"] = fields
    return _plain(rows)


def replayed(start: World, revisions: Iterable[Revision]) -> World:
    """Return what `start` becomes when the state after each revision is written over it, in order."""
    rows = _plain(start)
    for revision in revisions:
        for key, fields in revision.after.items():
            noun = key.partition(":")[0]
            if noun == "alias":
                _replay_alias(rows, revision.before[key], fields)
            elif noun == "speaker":
                _replay_speaker(rows, key, fields)
            elif noun == "draft" and fields is not None:
                _replay_draft(rows, int(key.partition(":")[2]), fields)
            elif noun in _NOUNS:
                _replay_row(rows, key, fields)
    return rows


def differences(start: World, *, since: int = 0, only: Collection[str] | None = None) -> list[str]:
    """Compare the database with the replay of all revisions after the one with the id `since`.

    Looks at the rows under the keys of `only`, at every one where it is None. Returns a line for each row
    that differs, none where the revisions tell the whole story.
    """
    told = replayed(start, Revision.objects.filter(pk__gt=since).order_by("pk").iterator())
    found = world()
    return [
        f"{key}: the revisions say {told.get(key)}, the database {found.get(key)}"
        for key in sorted(told.keys() | found.keys())
        if (only is None or key in only) and told.get(key) != found.get(key)
    ]


def _replay_row(rows: World, key: str, fields: dict[str, Any] | None) -> None:
    if fields is None:
        rows.pop(key, None)
    else:
        rows[key] = {**rows.get(key, {}), **fields}


def _replay_speaker(rows: World, key: str, fields: dict[str, Any] | None) -> None:
    """A whole state brings the speaker's aliases with it; a merge names only what it changed."""
    if fields is None or "aliases" in fields:
        number = key.partition(":")[2]
        for other in [other for other in rows if other.startswith(f"alias of {number}:")]:
            del rows[other]
    if fields is None:
        rows.pop(key, None)
        return
    _replay_row(rows, key, {name: fields[name] for name in fields if name != "aliases"})
    for text, normalised in fields.get("aliases", ()):
        rows[_alias_key({"speaker_id": key.partition(":")[2], "normalised": normalised})] = text


def _replay_alias(rows: World, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    if before is not None:
        rows.pop(_alias_key(before), None)
    if after is not None:
        rows[_alias_key(after)] = after["text"]


def _replay_draft(rows: World, article_id: int, fields: dict[str, Any]) -> None:
    for key in [key for key in rows if key.startswith("mention:")]:
        if rows[key]["article_id"] == article_id:
            del rows[key]
    for pk, *_, speaker_id in fields["mentions"]:
        rows[f"mention:{pk}"] = {"article_id": article_id, "speaker_id": speaker_id}
    for key in [key for key in rows if key.startswith("candidate:")]:
        if str(rows[key]["claim_id"]) in fields["candidates"]:
            del rows[key]
    for claim_id, candidates in fields["candidates"].items():
        for pk, speaker_id, position in candidates:
            named = {"claim_id": int(claim_id), "speaker_id": speaker_id, "position": position}
            rows[f"candidate:{pk}"] = named


def _alias_key(fields: dict[str, Any]) -> str:
    return f"alias of {fields['speaker_id']}: {fields['normalised']}"


def _plain(rows: World) -> World:
    """Return the rows as JSON brings them back, and apart from those that were given."""
    plain: World = json.loads(json.dumps(rows))
    return plain
