"""Counting what a large desk keeps as figures. Nobody's decision, so it leaves no revision."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Model, Q
from django.utils import timezone

from annotations.choices import ClaimState
from annotations.domain.locks import chunks, hold_pairs
from annotations.models import (
    ArticleSet,
    Claim,
    KeptFigures,
    LikelyDuplicate,
    SetFigures,
    SpeakerFigures,
)
from annotations.queries import desk, work_done
from annotations.queries.duplicates import open_pairs
from annotations.queries.figures import ROUND, desk_is_large
from annotations.queries.pipeline import tallied
from annotations.queries.sets import counted_sets

# Counted anew after so long, and never for more than so much of a worker's time.
EVERY = timedelta(seconds=60)
SHARE = 1 / 30
_AT_ONCE = 1_000  # rows


def are_due() -> bool:
    """Say whether this is a large desk whose figures were never counted or have grown old."""
    last = KeptFigures.objects.filter(pk=ROUND).first()
    if last is None:
        return desk_is_large()
    return timezone.now() - last.counted_at >= max(EVERY, timedelta(seconds=last.figures / SHARE))


def keep_figures() -> None:
    """Count anew where that is due and no other worker does it. Each figure is of its own moment.

    A desk that is small again keeps none.
    """
    if not are_due() or not _is_mine():
        return
    if not desk_is_large():
        for model in (SetFigures, SpeakerFigures, KeptFigures):
            model.objects.all().delete()
        return
    started = time.monotonic()
    _keep(desk.ARTICLES, desk.counted_articles())
    _keep(desk.CLAIMS, tallied())
    _keep_sets()
    _keep_work()
    _keep_speakers()
    weigh_pairs()
    _keep(ROUND, round(time.monotonic() - started, 1))


def _is_mine() -> bool:
    """Move the mark of the last round to now; say whether nobody else did so meanwhile."""
    never = datetime.min.replace(tzinfo=UTC)
    last, _ = KeptFigures.objects.get_or_create(pk=ROUND, defaults={"figures": 0, "counted_at": never})
    mine = KeptFigures.objects.filter(pk=ROUND, counted_at=last.counted_at)
    return bool(mine.update(counted_at=timezone.now()))


def _keep(name: str, figures: Any) -> None:
    _store(KeptFigures, [KeptFigures(name=name, figures=figures, counted_at=timezone.now())])


def _store(model: type[Model], rows: Sequence[Model]) -> None:
    others = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=others,
        batch_size=_AT_ONCE,
    )


def _keep_sets() -> None:
    rows = [
        SetFigures(
            article_set_id=each["pk"],
            articles=each["article_count"],
            reviewed=each["reviewed_count"],
            claims=each["claim_count"],
            decided=each["decided_count"],
        )
        for each in counted_sets()
    ]
    _store(SetFigures, rows)


def _keep_work() -> None:
    """Keep what was done in each set and in all, by each person and by everybody."""
    for article_set in (None, *ArticleSet.objects.all()):
        _keep(work_done.articles_name(article_set), work_done.counted_articles_in(article_set))
        decided = work_done.decided_in(article_set).order_by()
        everybody = decided.aggregate(**work_done.COUNTS_OF_WORK)
        _keep(work_done.work_name(article_set), _as_json(everybody))
        for row in decided.values("decided_by").annotate(**work_done.COUNTS_OF_WORK):
            person = row.pop("decided_by")
            _keep(work_done.work_name(article_set, person), _as_json(row))


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    since = row["since"]
    return {**row, "since": since.isoformat() if since else None}


def _keep_speakers() -> None:
    """Store what changed; a speaker who lost every claim goes to 0."""
    stands = ~Q(state=ClaimState.REJECTED)
    counts = (
        Claim.objects.filter(speaker__isnull=False)
        .order_by()
        .values("speaker")
        .annotate(
            standing=Count("pk", filter=stands),
            articles=Count("article", distinct=True, filter=stands),
            rejected=Count("pk", filter=~stands),
        )
        .values_list("speaker", "standing", "articles", "rejected")
    )
    counted = {pk: tuple(figures) for pk, *figures in counts}
    rows = SpeakerFigures.objects.values_list("speaker", "claims", "articles", "rejected")
    kept = {pk: tuple(figures) for pk, *figures in rows}
    now = dict.fromkeys(kept, (0, 0, 0)) | counted
    changed = [
        SpeakerFigures(speaker_id=pk, claims=claims, articles=articles, rejected=rejected)
        for pk, (claims, articles, rejected) in now.items()
        if kept.get(pk) != (claims, articles, rejected)
    ]
    _store(SpeakerFigures, changed)


def weigh_pairs() -> None:
    """Store how many claims each likely pair joins where figures are kept; answered ones go to the end."""
    if not SpeakerFigures.objects.exists():
        return
    claims = dict(SpeakerFigures.objects.values_list("speaker", "claims"))
    are_open = set(open_pairs().values_list("pk", flat=True))
    changed = []
    pairs = LikelyDuplicate.objects.only("one", "other", "kept_joined", "kept_claims").order_by("pk")
    for pair in pairs.iterator():
        both = (claims.get(pair.one_id, 0), claims.get(pair.other_id, 0)) if pair.pk in are_open else (0, 0)
        if (pair.kept_joined, pair.kept_claims) != (min(both), sum(both)):
            pair.kept_joined, pair.kept_claims = min(both), sum(both)
            changed.append(pair)
    for some in chunks(changed):
        with transaction.atomic():
            hold_pairs(LikelyDuplicate.objects.filter(pk__in=[pair.pk for pair in some]))
            LikelyDuplicate.objects.bulk_update(some, ["kept_joined", "kept_claims"])
