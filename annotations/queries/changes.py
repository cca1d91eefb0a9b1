"""What the revisions say about single claims: who changed one last, and which version a step left behind."""

from django.db.models import Q

from annotations.models import Claim, Revision, User


def last_change_of(article_id: int | None, claim_id: int) -> Revision | None:
    """Return the last revision that changed the claim, None where nobody has.

    Without an article only revisions on this claim alone are looked at, which the step that deleted it is.
    """
    concerned = Q(claim_id=claim_id)
    if article_id:
        concerned |= Q(article_id=article_id, after__has_key=f"claim:{claim_id}")
    return Revision.objects.filter(concerned).select_related("actor").order_by("-pk").first()


def versions_left(*, by: User, request_key: str) -> dict[int, int]:
    """Return the version that the step of this key left each of its claims in.

    Claims that somebody changed since are not among them, since their versions are not the step's.
    """
    # A step without a key can't be told from the person's other ones.
    step = Revision.objects.filter(actor=by, request_key=request_key).first() if request_key else None
    if step is None:
        return {}
    ids = {int(key.partition(":")[2]) for key in step.after if key.startswith("claim:")}
    # Read before the later revisions, so that a change in between takes the claim out rather than in.
    versions = dict(Claim.objects.filter(pk__in=ids).values_list("pk", "version"))
    later = Revision.objects.filter(article_id=step.article_id, pk__gt=step.pk)
    changed = {key for after in later.values_list("after", flat=True) for key in after}
    return {pk: version for pk, version in versions.items() if f"claim:{pk}" not in changed}
