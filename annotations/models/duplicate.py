"""Pairs of speakers: those that are likely to be one, and those that an editor said are two."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint

from annotations.choices import Likeness
from annotations.models.constraints import from_list
from annotations.models.person import User
from annotations.models.speaker import Alias, Speaker


class LikelyDuplicate(models.Model):
    """Two speakers that may be one, as the search found them; `one` is the older entry.

    The aliases are the two forms of the name that are alike; where either goes, so does the pair. A pair may
    name speakers that were merged since: who lists pairs leaves those out.
    """

    one = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    one_alias = models.ForeignKey(Alias, on_delete=models.CASCADE, related_name="+")
    other_alias = models.ForeignKey(Alias, on_delete=models.CASCADE, related_name="+")
    likeness = models.CharField(max_length=12, choices=Likeness.pairs())
    is_strong = models.BooleanField(help_text="No where the likeness alone is a weak sign.")
    kept_joined = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Claims that a merge would move, where figures are kept; 0 once answered.",
    )
    kept_claims = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Claims of both, where figures are kept; 0 once answered."
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["is_strong", "-kept_joined", "-kept_claims", "id"], name="likelyduplicate_most_first"
            ),
        ]
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("likeness", Likeness),
            UniqueConstraint(fields=["one", "other"], name="likelyduplicate_once"),
            CheckConstraint(condition=Q(one__lt=F("other")), name="likelyduplicate_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}: {self.likeness}"


class KeptApart(models.Model):
    """An editor's answer that two speakers are not the same; `one` is the older entry.

    It holds for whoever the two are merged into as well.
    """

    one = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["one", "other"], name="keptapart_once"),
            CheckConstraint(condition=Q(one__lt=F("other")), name="keptapart_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
