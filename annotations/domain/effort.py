"""What steps cost their people in time and keys: kept once a step, and the two switches that end it."""

from django.db import transaction
from django.db.models import Exists

from annotations.domain import history
from annotations.models import DeskSettings, Revision, StepEffort, User

_DESK = "desk:1"


@transaction.atomic
def note_effort(*, by: User, request_key: str, seconds: float, keys: int) -> None:
    """Keep what the person's step of this key cost; once, however often the step was sent.

    `seconds` and `keys` must be within the limits of `StepEffort`. Nothing is kept where the person or the
    desk does not want it counted, or where the step changed nothing of an article.
    """
    is_off = Exists(DeskSettings.objects.filter(counts_effort=False))
    # Held, so that nothing is added behind somebody who has just said no.
    counted = User.objects.select_for_update(no_key=True).filter(~is_off, pk=by.pk, counts_effort=True)
    if not counted.values_list("pk").first():
        return
    steps = Revision.objects.filter(actor=by, request_key=request_key, article_id__isnull=False)
    for pk in steps.values_list("pk", flat=True):
        row = StepEffort(revision_id=pk, seconds=seconds, keys=keys)
        StepEffort.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def count_own_effort(*, is_wanted: bool, by: User) -> None:
    """Say whether one's own steps are counted; a no also deletes what was."""
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    before = person.counts_effort
    person.counts_effort = is_wanted
    person.save(update_fields=["counts_effort"])
    if not is_wanted:
        StepEffort.objects.filter(revision__actor=by).delete()
    _record(f"person:{by.pk}", before, is_wanted, by)


@transaction.atomic
def count_effort_at_the_desk(*, is_wanted: bool, by: User) -> None:
    """Say whether anybody's steps are counted; a no also deletes what was."""
    settings, _ = DeskSettings.objects.select_for_update().get_or_create(pk=1)
    before = settings.counts_effort
    settings.counts_effort = is_wanted
    settings.save(update_fields=["counts_effort"])
    if not is_wanted:
        StepEffort.objects.all().delete()
    _record(_DESK, before, is_wanted, by)


def _record(key: str, before: bool, after: bool, by: User) -> None:
    history.record(
        verb="count effort" if after else "stop counting effort",
        by=by,
        before={key: {"counts_effort": before}},
        after={key: {"counts_effort": after}},
    )
