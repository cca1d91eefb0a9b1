"""How long the review page of a very long article takes to make, beside that of a usual one.

    .venv/bin/python -m benchmarks.long_article

makes both in a database of its own, asks for each in turn, and prints the median server time of each, their
ratio and how many queries each took: for a page, in both orders, and for decisions. With TEST_DATABASE_URL
the database is that one, which must be empty and is left as it is.
"""

import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable

os.environ["NEWSDESK_DATA_DIR"] = tempfile.mkdtemp(prefix="newsdesk-benchmark-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

# Models can be imported only now.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from annotations.choices import Role  # noqa: E402
from annotations.models import Article, Claim, ClaimSpan, Mention  # noqa: E402
from tests.builders import make_article, make_mention, make_speaker, make_user  # noqa: E402

ROUNDS = 21
OTHERS = ("Bo Ek", "Cleo Ros", "Dag Ås", "Eva Lo", "Fay Um", "Gus Ny", "Hal Or", "Ida Ax", "Jon By")
LINE = (
    "“The tolls on the bridge will stay for {} years,” said Ana Lindqvist, the mayor of Norrby, "
    "on Monday night."
)


def main() -> None:
    """Measure and print."""
    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(make_user(role=Role.EDITOR))
    usual, long = _article(paragraphs=20), _article(paragraphs=5_300)
    print(f"on {connection.vendor}")
    for what, ask in (
        ("page", _open_page),
        ("page, least sure first", _open_page_least_sure_first),
        ("accept", _accept),
        ("another speaker", _give),
    ):
        seconds: dict[str, list[float]] = {"usual": [], "long": []}
        queries: dict[str, int] = {}
        for _ in range(ROUNDS):
            for name, article in (("usual", usual), ("long", long)):
                with CaptureQueriesContext(connection) as captured:
                    seconds[name].append(_timed(lambda ask=ask, article=article: ask(client, article)))
                queries[name] = len(captured)
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        print(
            f"{what}: usual {1000 * medians['usual']:.0f} ms and {queries['usual']} queries, "
            f"long {1000 * medians['long']:.0f} ms and {queries['long']} queries, "
            f"ratio {medians['long'] / medians['usual']:.2f}"
        )


def _article(*, paragraphs: int) -> Article:
    text = "\n\n".join(LINE.format(number) for number in range(paragraphs))
    article = make_article(text=text, title=f"{len(text.split()):,} words")
    speaker = make_speaker(f"Ana Lindqvist {hashlib.sha256(text.encode()).hexdigest()[:4]}")
    starts = list(article.paragraphs.values_list("start", flat=True))
    claims = Claim.objects.bulk_create(
        Claim(
            article=article,
            start=start,
            kind="direct",
            origin="pipeline",
            speaker=speaker,
            confidence=start % 97 / 97,
        )
        for start in starts
    )
    ClaimSpan.objects.bulk_create(
        ClaimSpan(
            article=article,
            claim=claim,
            role=role,
            position=0,
            start=claim.start + start,
            end=claim.start + end,
        )
        for claim in claims
        for role, start, end in (("content", 0, 47), ("cue", 49, 53), ("source", 54, 67))
    )
    Mention.objects.bulk_create(
        Mention(article=article, start=start + 54, end=start + 67, form="name", speaker=speaker)
        for start in starts
    )
    for at, other in enumerate(OTHERS):
        make_mention(article=article, start=at, end=at + 3, speaker=make_speaker(f"{other} {paragraphs}"))
    print(f"{article.title}, {len(claims):,} claims")
    return article


def _open_page(client: Client, article: Article, order: str = "text") -> None:
    address = f"{article.get_absolute_url()}?claim={_middle(article).pk}&order={order}"
    assert client.get(address).status_code == 200


def _open_page_least_sure_first(client: Client, article: Article) -> None:
    _open_page(client, article, "least-sure")


def _accept(client: Client, article: Article) -> None:
    _decide(client, _middle(article), "accept")


def _give(client: Client, article: Article) -> None:
    claim = _middle(article)
    others = article.speaker_numbers.exclude(speaker=claim.speaker_id)
    _decide(client, claim, "speaker", speaker=others[claim.version % (len(OTHERS) - 1)].speaker_id)


def _middle(article: Article) -> Claim:
    return article.claims.in_text_order()[article.claims.count() // 2]


def _decide(client: Client, claim: Claim, verb: str, **fields: object) -> None:
    step = {"version": claim.version, **fields}
    answer = client.post(f"/claims/{claim.pk}/{verb}", step, headers={"HX-Request": "true"})
    assert answer.status_code == 200


def _timed(ask: Callable[[], None]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
