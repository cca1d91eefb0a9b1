"""The history of every decision; undo and the audit trail read the same rows."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, Q, UniqueConstraint

from annotations.models.person import User


class Revision(models.Model):
    """One verb, by whom, and the state before and after it.

    Rows are only ever added; `undone_at` alone is set and cleared, by a later row whose verb is undo or redo
    and whose `target` is this one. Articles, claims and speakers are plain ids, so that history never blocks
    a deletion. `before` and `after` map "kind:id" to the fields of that row, or to null where it was absent.
    """

    article_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    speaker_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    target = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    request_key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null, so that unkeyed rows don't clash
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(
                fields=["actor", "request_key"],
                condition=Q(request_key__isnull=False),
                name="revision_request_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["article_id", "actor", "id"], name="revision_of_article"),
            models.Index(fields=["actor", "-id"], name="revision_of_actor"),
            models.Index(fields=["claim_id", "id"], name="revision_of_claim"),
            models.Index(fields=["speaker_id", "id"], name="revision_of_speaker"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at}"

    def spans(self) -> list[tuple[int, int]]:
        """Return the spans that claims had before or after, in code points."""
        return [
            (start, end)
            for state in (self.before, self.after)
            for fields in state.values()
            if isinstance(fields, dict)
            for pieces in fields.get("spans", {}).values()
            for start, end in pieces
        ]
