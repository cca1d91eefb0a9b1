"""Who has which article open. It is shown to colleagues and locks nothing, so it leaves no revision."""

from datetime import timedelta

from django.utils import timezone

from annotations.models import Article, Presence, User

KEPT_FOR = timedelta(hours=1)


def note_presence(*, article: Article, by: User) -> None:
    """Note that the person has the article open now."""
    now = timezone.now()
    Presence.objects.update_or_create(article=article, person=by, defaults={"seen_at": now})
    Presence.objects.filter(seen_at__lt=now - KEPT_FOR).delete()
