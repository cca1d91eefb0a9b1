"""The pages of one desk, asked for one by one: `page_costs` runs it for each of its two desks.

Prints the pages as a JSON object, then reads the name of a page from each line and answers with the server's
milliseconds, the queries, the status and the bytes.
"""

import base64
import json
import os
import re
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.timed_settings")

import django

django.setup()

# Models can be imported only now.
from django.conf import settings  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402

from annotations.models import Article, ArticleSet, Speaker, Upload, User  # noqa: E402
from tests.views.rules import RULES  # noqa: E402
from tests.views.test_access import PATTERNS  # noqa: E402

# What is asked for beside each bare address; {far} is the cursor of a page in the middle of the list.
MORE = {
    "annotations:article-list": (
        *(
            "?sort=newest",
            "?sort=oldest",
            "?sort=title",
            "?state=ready",
            "?state=failed",
            "?article_set={set}",
        ),
        *("?outlet={outlet}", "?published_from=2024-01-01&published_to=2024-01-02", "?q={word}", "?q={rare}"),
        *("?q=nothinglikeit", "?speaker={name}", "?speaker=zzz", "?page={far}"),
    ),
    "annotations:search": (
        *("?q={word}", "?q={rare}", "?q=nothinglikeit", "?q={word}&kind=claims"),
        *("?q={rare}&kind=claims", "?q={name}&kind=speakers"),
    ),
    "annotations:speaker-list": ("?sort=claims", "?kind=organisation", "?q={name}", "?q=zzz"),
    "annotations:set-detail": ("?sort=title",),
    "annotations:queue-start": ("?queue=least-certain", "?queue=oldest", "?set={set}"),
    "annotations:queue-end": ("?set={set}",),
    "annotations:review": ("?set={own}&queue=oldest", "?order=sure", "?board=1"),
    "annotations:speaker-duplicates": ("?signs=weak",),
    "annotations:speaker-options": ("?name=a", "?name={name}"),
    "annotations:export": ("?set={set}", "?states=accepted", "?published_from=2024-01-01"),
    "annotations:audit-log": ("?event=logged_in", "?event=exported"),
}
# Downloads are measured by `export_rate`; the others show nothing to somebody logged in who sets up no app.
LEFT_OUT = {
    "annotations:export-download",
    "annotations:first-account",
    "annotations:invitation",
    "annotations:log-in",
    "annotations:log-in-code",
    "annotations:second-factor-image",
}


def pages() -> dict[str, str]:
    """Return the addresses of this desk by the page's name."""
    article = _article()
    usual = Speaker.objects.filter(numbers__article=article, merged_into=None).order_by("-pk").first()
    quoted = Speaker.objects.get(pk=1)  # the generator gives the first one the most claims
    claim = article.claims.order_by("start")[5]
    words = article.text.split()
    article_set = article.sets.order_by("pk").first()
    assert article_set is not None
    values = {
        "set": str(ArticleSet.objects.order_by("pk")[0].pk),
        "own": str(article_set.pk),
        "outlet": article.outlet,
        "word": words[30],
        "rare": article.byline.split()[-1],
        "name": quoted.name.split()[-1],
        "far": base64.urlsafe_b64encode(
            json.dumps(["after", Article.objects.count() // 2]).encode()
        ).decode(),
    }
    assert usual is not None
    ids = {
        "articles": article.pk,
        "claims": claim.pk,
        "sets": int(values["set"]),
        "speakers": usual.pk,
        "uploads": Upload.objects.order_by("pk")[0].pk,
    }
    found = {}
    for name, route, _ in PATTERNS:
        if "get" not in RULES[name].methods or name in LEFT_OUT:
            continue
        address = re.sub(r"<int:pk>", str(ids.get(route.split("/")[1], 1)), route)
        label = name.removeprefix("annotations:")
        found[label] = address
        if route.startswith("/speakers/<int:pk>"):
            found[f"{label} (most quoted)"] = route.replace("<int:pk>", str(quoted.pk))
        for query in MORE.get(name, ()):
            found[label + query] = address + query.format(**values)
    return found


def _article() -> Article:
    """Return the first article that is under review with twenty claims: the same at every size."""
    ready = Article.objects.filter(state="ready").annotate(number=Count("claims"))
    return ready.filter(number=20, pk__gt=100).order_by("pk")[0]


def main() -> None:
    """Answer until nothing is asked any more."""
    settings.ALLOWED_HOSTS = ["testserver"]
    # Nobody collected the static files for these desks.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.order_by("pk")[0])
    addresses = pages()
    print(json.dumps(addresses), flush=True)
    for line in sys.stdin:
        answer = client.get(addresses[json.loads(line)])
        timing = answer["Server-Timing"]
        took = float(re.findall(r"app;dur=([\d.]+)", timing)[0])
        queries = int(re.findall(r'desc="(\d+)"', timing)[0])
        print(json.dumps([took, queries, answer.status_code, len(answer.content)]), flush=True)


if __name__ == "__main__":
    main()
