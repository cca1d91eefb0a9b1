"""How long the review page of a very long article takes to make, beside that of a usual one.

    .venv/bin/python -m benchmarks.long_article

makes both in a database of its own, asks for each page eleven times in turn, prints the median server time
of each and their ratio, and the same for one decision.
"""

import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable

os.environ["NEWSDESK_DATA_DIR"] = tempfile.mkdtemp(prefix="newsdesk-benchmark-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.pop("TEST_DATABASE_URL", None)

import django

django.setup()

# Models can be imported only now.
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from annotations.choices import Role  # noqa: E402
from annotations.models import Article, Claim, ClaimSpan, Mention  # noqa: E402
from tests.builders import make_article, make_speaker, make_user  # noqa: E402

ROUNDS = 11
LINE = (
    "“The tolls on the bridge will stay for {} years,” said Ana Lindqvist, the mayor of Norrby, "
    "on Monday night."
)


def main() -> None:
    """Measure and print."""
    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(make_user(role=Role.EDITOR))
    usual, long = _article(paragraphs=35), _article(paragraphs=5_300)
    for what, ask in (("page", _open_page), ("decision", _decide)):
        seconds: dict[str, list[float]] = {"usual": [], "long": []}
        for _ in range(ROUNDS):
            for name, article in (("usual", usual), ("long", long)):
                seconds[name].append(_timed(lambda ask=ask, article=article: ask(client, article)))
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        print(
            f"{what}: usual {1000 * medians['usual']:.0f} ms, long {1000 * medians['long']:.0f} ms, "
            f"ratio {medians['long'] / medians['usual']:.1f}"
        )


def _article(*, paragraphs: int) -> Article:
    text = "\n\n".join(LINE.format(number) for number in range(paragraphs))
    article = make_article(text=text, title=f"{len(text.split()):,} words")
    speaker = make_speaker(f"Ana Lindqvist {hashlib.sha256(text.encode()).hexdigest()[:4]}")
    starts = list(article.paragraphs.values_list("start", flat=True))
    claims = Claim.objects.bulk_create(
        Claim(article=article, start=start, kind="direct", origin="pipeline", speaker=speaker)
        for start in starts
    )
    ClaimSpan.objects.bulk_create(
        ClaimSpan(claim=claim, role=role, position=0, start=claim.start + start, end=claim.start + end)
        for claim in claims
        for role, start, end in (("content", 0, 47), ("cue", 49, 53), ("source", 54, 67))
    )
    Mention.objects.bulk_create(
        Mention(article=article, start=start + 54, end=start + 67, form="name", speaker=speaker)
        for start in starts
    )
    print(f"{article.title}, {len(claims):,} claims")
    return article


def _open_page(client: Client, article: Article) -> None:
    assert client.get(article.get_absolute_url()).status_code == 200


def _decide(client: Client, article: Article) -> None:
    claim = article.claims.in_text_order()[article.claims.count() // 2]
    answer = client.post(
        f"/claims/{claim.pk}/accept", {"version": claim.version}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200


def _timed(ask: Callable[[], None]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
