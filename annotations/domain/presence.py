"""Who has which article open. It is shown to colleagues and locks nothing, so it leaves no revision."""

from datetime import timedelta

from django.utils import timezone

from annotations.models import Article, Presence, User

KEPT_FOR = timedelta(hours=1)


def note_presence(*, article: Article, by: User) -> None:
    """Note that the person has the article open now."""
    Presence.objects.bulk_create(
        [Presence(article=article, person=by, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["article", "person"],
        update_fields=["seen_at"],
    )


def forget_gone() -> None:
    """Delete what tells of people who left long ago."""
    Presence.objects.filter(seen_at__lt=timezone.now() - KEPT_FOR).delete()
