"""Mutated requests at every address and mutated files of every format: no fault, no hang, nothing half done.

    python -m benchmarks.fuzz_requests [--requests 20000] [--uploads 20000] [--seed 1] [--minutes 60]

Works on a desk of its own in a temporary folder (or on the database that FUZZ_DATABASE_URL names, which must
be empty). Prints what was sent, how it was answered, and every finding; the exit code is 1 where there is
one, or where the minutes were over before the counts were reached.
"""

import argparse
import hashlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = tempfile.TemporaryDirectory(prefix="newsdesk-fuzz-")
os.environ |= {
    "NEWSDESK_DATA_DIR": FOLDER.name,
    "DATABASE_URL": os.environ.get("FUZZ_DATABASE_URL", ""),
    "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
    "NEWSDESK_API_REQUESTS_A_MINUTE": "1000000",
    "LOG_LEVEL": "CRITICAL",
    "ALLOWED_HOSTS": "testserver",
}

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The limit of guesses would answer everything after the first thirty.
settings.AXES_ENABLED = False
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from annotations.api import callers  # noqa: E402
from annotations.choices import Role, SpanRole, UploadState  # noqa: E402
from annotations.domain import reading, uploads  # noqa: E402
from annotations.models import Article, Claim, ClaimSpan, Revision, SpeakerField, UploadItem  # noqa: E402
from tests.api.conftest import secret_of  # noqa: E402
from tests.builders import make_user  # noqa: E402
from tests.readers.builders import docx_package, html_page, pdf_file, zip_file  # noqa: E402
from tests.views.rules import API_RULES, RULES  # noqa: E402
from tests.views.test_access import make_world, patterns  # noqa: E402

SECONDS = 10.0
BYTES = 1024**3
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
# Ends the log-in or the account that everything else is asked with.
NOT_ASKED = {"log-out", "account-password", "log-ins-end-others", "people", "first-account"}
ODD = [
    "",
    "0",
    "-1",
    "1",
    "2",
    "99999999999999999999",
    "1e309",
    "NaN",
    "null",
    "\0",
    "a\0b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\u202e",
    "😀" * 50,
    "x" * 5_000,
    "'\"<script>",
    "0-5",
    "5-0",
    "0-5;0-5",
    "999999-1000000",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "on",
    "%00",
    "../../etc/passwd",
    "W10",
    "WyJhZnRlciIsMV0",
    "[]",
    "{}",
]
WORDS = [
    "accepted",
    "body",
    "claims",
    "csv",
    "declined",
    "direct",
    "editor",
    "jsonl",
    "most-left",
    "name",
    "newest",
    "oldest",
    "person",
    "put",
    "read",
    "replace",
    "speaker",
    "text",
    "ticked",
    "title",
    "write",
    "zip",
    "content",
]


HEADERS: list[dict[str, str]] = [
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Current-URL": "//x/%00?page=W10"},
    {"If-None-Match": "x"},
    {"Range": "bytes=0-"},
    {"Accept": "text/html", "Accept-Encoding": ""},
    {"Fetched-Ahead": "1"},
    {"Step-Key": "k", "Step-Person": "1"},
    {"Accept-Language": "xx"},
    {"Authorization": "Bearer \x7f"},
]
# What stands in the body of a page that failed when its head was on its way (decision 115).
FAILED = b"Something broke on the server"
TYPES = (
    "application/json",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "text/plain",
)


class Findings:
    """What was answered, and what should not have been."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.faults: list[str] = []
        self.slowest = 0.0
        self.largest = 0

    def note(self, what: str, status: int, seconds: float) -> None:
        """Count an answer; a fault of the server or a hang is a finding."""
        self.sent[f"{status // 100}xx"] += 1
        self.slowest = max(self.slowest, seconds)
        if status >= 500 and status != 507:
            self.faults.append(f"{status}: {what}")
        if seconds > SECONDS:
            self.faults.append(f"{seconds:.1f} s: {what}")

    def look_at_memory(self) -> None:
        """Note the largest resident set that this process or a child of it ever had."""
        for status in (Path("/proc/self/status"), *children()):
            try:
                peak = int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * 1024  # type: ignore[index]
            except (OSError, TypeError):
                continue
            self.largest = max(self.largest, peak)
        if self.largest > BYTES:
            self.faults.append(f"a process of {self.largest / 2**20:.0f} MiB")


def children() -> Iterator[Path]:
    """Yield the status files of this process's children."""
    for task in Path("/proc/self/task").glob("*/children"):
        yield from (Path(f"/proc/{pid}/status") for pid in task.read_text().split())


def half_written() -> list[str]:
    """Return what the tables and the spool hold that no finished verb leaves behind."""
    found = []
    for article in Article.objects.iterator():
        if hashlib.sha256(article.text.encode()).hexdigest() != article.text_sha256:
            found.append(f"article {article.pk} has another text than its hash")
    uploaded = Article.objects.exclude(source_name="")
    if unqueued := uploaded.filter(runs=None).count():
        found.append(f"{unqueued} uploaded articles without a run")
    told = Revision.objects.filter(verb="upload").values("article_id")
    if untold := uploaded.exclude(pk__in=told).count():
        found.append(f"{untold} uploaded articles without a revision")
    with_content = ClaimSpan.objects.filter(role=SpanRole.CONTENT).values("claim")
    if empty := Claim.objects.exclude(pk__in=with_content).count():
        found.append(f"{empty} claims without content")
    for span in ClaimSpan.objects.select_related("article").iterator():
        if span.end > len(span.article.text):
            found.append(f"span {span.pk} behind the text")
    if reading := UploadItem.objects.filter(state=UploadState.READING).count():
        found.append(f"{reading} files still being read")
    kept = {str(spool) for spool in UploadItem.objects.filter(
        state__in=[UploadState.WAITING, UploadState.MAPPING]).values_list("spool", flat=True)}  # fmt: skip
    spool = Path(settings.SPOOL_DIR)
    if stray := {path.name for path in spool.glob("*")} - kept if spool.exists() else set():
        found.append(f"{len(stray)} files in the spool that nobody waits for")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            if (answer := cursor.fetchone()[0]) != "ok":
                found.append(f"SQLite: {answer}")
            connection.check_constraints()
    return found


def value(chance: random.Random) -> str:
    """Return something odd, a word of ours, or noise."""
    match chance.randrange(4):
        case 0:
            return chance.choice(ODD)
        case 1:
            return chance.choice(WORDS)
        case 2:
            return str(chance.randrange(-5, 50))
        case _:
            signs = ((32, 127), (160, 0xD7FF))
            return "".join(chr(chance.randrange(*chance.choice(signs))) for _ in range(chance.randrange(12)))


def names_of_fields() -> list[str]:
    """Return every name that the site's forms, queries and API know, so that mutations get past them."""
    folders = (Path("annotations", folder) for folder in ("forms", "views", "api"))
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    declared = re.findall(r"^    (\w+) = (?:\w+\.)?\w*Field", source, re.M)
    asked = re.findall(r'(?:GET|POST)(?:\.get\w*)?[\[(]"(\w+)"', source)
    return sorted(
        {*declared, *asked, "page", "cursor", "limit", "text", "article", "set", "queue", "at", "from"}
    )


def send_requests(count: int, chance: random.Random, until: float, findings: Findings) -> int:
    """Send mutated requests to all addresses in turn; return how many."""
    routes = [(name, route) for name, route, _ in patterns(get_resolver()) if name in {**RULES, **API_RULES}]
    fields = names_of_fields()
    callers.FAILURES_A_MINUTE = 10**9
    person = make_user(role=Role.ADMIN)
    token = secret_of(person)
    ids = make_world()
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    sent = 0
    while sent < count and time.monotonic() < until:
        for name, route in routes:
            if name.split(":")[-1] in NOT_ASKED and chance.random() < 0.99:
                continue
            if sent >= count:
                break
            word = route.removeprefix("/api/v1").split("/")[1]
            row = (
                str(ids.get(word, 1))
                if chance.random() < 0.8
                else str(chance.choice([0, 1, 2**31, 2**63, 10**20]))
            )
            address = re.sub(r"<[^>]*pk>", row, route)
            address = re.sub(r"<[^>]+>", lambda _: chance.choice(["1", "x", "%00", "%F0"]), address)
            is_api = name.startswith("api:")
            method = chance.choice(["get", "post", "post", chance.choice(METHODS)])
            data = {
                chance.choice(fields): [value(chance) for _ in range(chance.choice([1, 1, 1, 3]))]
                for _ in range(chance.randrange(8))
            }
            query = "&".join(
                f"{key}={chance.choice(ODD[:8] + WORDS)}"
                for key in chance.sample(fields, chance.randrange(4))
            )
            headers = {"Authorization": f"Bearer {token}"} if is_api else {}
            if chance.random() < 0.3:
                headers |= chance.choice(HEADERS)
            kind = chance.randrange(5)
            arguments: dict[str, Any] = {"headers": headers}
            if method in {"get", "head"}:
                arguments["data"] = data
            elif kind == 0:
                shapes = {
                    key: chance.choice([values, values[0], None, 1, {}]) for key, values in data.items()
                }
                arguments |= {"data": json.dumps(shapes), "content_type": "application/json"}
            elif kind == 1:
                noise = chance.randbytes(chance.randrange(200))
                arguments |= {"data": noise, "content_type": chance.choice(TYPES)}
            elif method == "post":
                arguments["data"] = data
            before = time.monotonic()
            answer = getattr(browser, method)(f"{address}?{query}" if query else address, **arguments)
            status = answer.status_code
            if getattr(answer, "streaming", False) and FAILED in b"".join(answer.streaming_content):
                status = 500
            findings.note(f"{method} {address}?{query} {str(data)[:200]}", status, time.monotonic() - before)
            sent += 1
            if sent % 500 == 0:
                findings.look_at_memory()
            if sent % 5_000 == 0:
                print(f"  {sent} requests", flush=True)
            # What a request deleted or barred is made anew.
            if answer.status_code == 302 and not is_api and "/log-in" in answer.get("Location", ""):
                person.refresh_from_db()
                person.role, person.is_active = Role.ADMIN.value, True
                person.save()
                browser.force_login(person)
        is_whole = Article.objects.filter(pk=ids["articles"]).exists()
        if not (is_whole and Claim.objects.filter(pk=ids["claims"]).exists()):
            SpeakerField.objects.all().delete()  # a label is there once
            ids = make_world()
    return sent


def seeds() -> dict[str, bytes]:
    """Return a good file of every format."""
    lines = [
        "“The bridge opens in May,” said Ana Lindqvist.",
        "She added that the tolls would stay, according to Bo Ek.",
    ]
    text = "\n\n".join(lines)
    document = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    table = "title,text,date\r\n" + "".join(f'Row {n},"{text}",2026-05-0{n}\r\n' for n in range(1, 4))
    files = {
        "a.txt": text.encode(),
        "b.txt": text.encode("utf-16"),
        "c.html": html_page(*lines).encode(),
        "d.docx": docx_package(document),
        "e.pdf": pdf_file(lines),
        "f.csv": table.encode(),
        "g.tsv": table.replace(",", "\t").encode(),
        "h.md": f"# The bridge\n\n{text}".encode(),
        "i.jsonl": (json.dumps({"text": text, "title": "The bridge"}) + "\n").encode() * 3,
        "j.json": json.dumps([{"text": text, "title": "The bridge"}]).encode(),
    }
    files["k.zip"] = zip_file({name: files[name] for name in ("a.txt", "c.html", "f.csv")})
    return files


def flipped(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return data


def cut(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    return data[: chance.randrange(len(data))]


def doubled(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + 200] * chance.randrange(1, 40) + data[start:]


def spliced(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    other = chance.choice(others)
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


SALTS = (
    *(
        b"\0",
        b"\xff\xfe",
        b"<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        b"%PDF-",
        b"PK\x03\x04",
        b"\xed\xa0\x80",
    ),
    *(b'"', b"{" * 500, b"<div>" * 500, b"\xe2\x80\xae"),
)


def salted(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    salt = chance.choice(SALTS)
    start = chance.randrange(len(data))
    return data[:start] + salt + data[start:]


MUTATIONS: tuple[Callable[[bytearray, random.Random, Sequence[bytes]], bytearray], ...] = (
    flipped,
    cut,
    doubled,
    spliced,
    salted,
)


def send_uploads(
    count: int, chance: random.Random, until: float, findings: Findings
) -> tuple[int, Counter[str]]:
    """Upload mutated files, ten at a time, and read each as the worker does; return how many, and states."""
    browser = Client(raise_request_exception=False)
    person = make_user(role=Role.EDITOR)
    browser.force_login(person)
    good = seeds()
    others = list(good.values())
    sent = 0
    while sent < count and time.monotonic() < until:
        files = []
        for _ in range(min(10, count - sent)):
            name = chance.choice(list(good))
            data = bytearray(good[name])
            for _ in range(chance.randrange(1, 4)):
                data = chance.choice(MUTATIONS)(data, chance, others) or bytearray(b"x")
            shown = (
                name
                if chance.random() < 0.8
                else f"{sent}{chance.choice(['.pdf', '.zip', '', '.docx', '.exe'])}"
            )
            files.append(SimpleUploadedFile(shown, bytes(data)))
        before = time.monotonic()
        answer = browser.post("/upload", {"files": files, "title": value(chance)})
        findings.note("post /upload", answer.status_code, time.monotonic() - before)
        waiting = list(
            UploadItem.objects.filter(state=UploadState.WAITING).order_by("pk").values_list("pk", flat=True)
        )
        while waiting:
            item_id = waiting.pop(0)
            before = time.monotonic()
            for outcome in reading.read_item(item_id=item_id):
                waiting += outcome.item_ids
            if (seconds := time.monotonic() - before) > SECONDS:
                findings.faults.append(f"{seconds:.1f} s: reading item {item_id}")
            findings.slowest = max(findings.slowest, seconds)
        sent += len(files)
        # Tables wait for their columns; half of them get what was suggested.
        for item in UploadItem.objects.filter(upload__uploaded_by=person, state=UploadState.MAPPING)[:5]:
            mapping = (
                item.columns["mapping"]
                if chance.random() < 0.5
                else {"text": chance.choice(item.columns["columns"])}
            )
            if uploads.confirm_mapping(item=item, mapping=mapping):
                for _ in reading.read_item(item_id=item.pk):
                    pass
        if sent % 500 == 0:
            findings.look_at_memory()
        if sent % 2_000 == 0:
            print(f"  {sent} uploads", flush=True)
    by_state = Counter(UploadItem.objects.values_list("state", flat=True))
    internal = UploadItem.objects.filter(message__startswith="Something went wrong while")
    findings.faults += [f"the reader failed on {item.name}: see the log" for item in internal[:20]]
    return sent, by_state


def main() -> int:
    """Run both, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--uploads", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="for each of the two")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    findings = Findings()
    started = time.monotonic()
    requests = send_requests(
        asked.requests, random.Random(asked.seed), started + asked.minutes * 60, findings
    )
    answers = dict(sorted(findings.sent.items()))
    print(
        f"requests: {requests} of {asked.requests} in {time.monotonic() - started:.0f} s: {answers}",
        flush=True,
    )
    started = time.monotonic()
    sent, outcomes = send_uploads(
        asked.uploads, random.Random(asked.seed), started + asked.minutes * 60, findings
    )
    print(f"uploads: {sent} of {asked.uploads} in {time.monotonic() - started:.0f} s: {dict(outcomes)}")
    findings.look_at_memory()
    findings.faults += half_written()
    print(f"slowest: {findings.slowest:.2f} s; largest process: {findings.largest / 2**20:.0f} MiB")
    print(f"findings: {len(findings.faults)}")
    for fault in findings.faults[:40]:
        print(f"  {fault}")
    return int(bool(findings.faults) or requests < asked.requests or sent < asked.uploads)


if __name__ == "__main__":
    sys.exit(main())
