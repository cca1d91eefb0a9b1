"""`make test`: run the suite on each database at hand and in a real Chromium, and say what it ran on.

    python -m tests.run [arguments for pytest]

The two databases run side by side, and share what one of them is enough for (decision 32). With
NEWSDESK_TEST_ALL_PARTS=yes nothing may be missing: no database, no Chromium, no Redis, no skipped test but
those that need the folder ../shared or two writers at once.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from newsdesk import env
from tests.parts import (
    NO_CHROMIUM,
    NO_POSTGRESQL,
    NO_REDIS,
    ONE_WRITER,
    find_chromium,
    find_postgresql,
    find_redis,
)

MAY_BE_SKIPPED = ("../shared", ONE_WRITER)
# Tests of code that imports no Django, which import-linter holds: they run beside PostgreSQL alone.
KNOW_NO_DATABASE = ("tests/nlp", "tests/readers", "tests/test_posting.py")
# Tests in Chromium in which writes meet: they run on PostgreSQL too, the others on SQLite alone.
WRITES_MEET = ("test_conflicts.py", "test_history.py", "test_outbox.py", "test_reannotation.py")
IN_CHROMIUM = "tests/e2e"
NOTHING_TO_RUN = 5  # pytest's exit code where the arguments name what the other database has


@dataclass
class Outcome:
    """What became of the suite on one database."""

    database: str
    exit_code: int
    passed: int = 0
    failed: int = 0
    skips: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """Return the counts as pytest words them."""
        return f"{self.passed} passed, {self.failed} failed, {self.skips.total()} skipped"


def run_suite(
    database: str,
    url: str | None,
    arguments: Sequence[str],
    left_out: Sequence[str] = (),
    output: IO[bytes] | None = None,
) -> Outcome:
    """Run pytest on the database, SQLite where `url` is None, and count what its report says."""
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    if url:
        environment["TEST_DATABASE_URL"] = url
    ignored = [f"--ignore={path}" for path in left_out]
    with tempfile.TemporaryDirectory(prefix="newsdesk-report-") as directory:
        report = Path(directory, "report.xml")
        command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *ignored, *arguments]
        finished = subprocess.run(command, env=environment, check=False, stdout=output, stderr=output)
        has_nothing = bool(left_out) and finished.returncode == NOTHING_TO_RUN
        outcome = Outcome(database, 0 if has_nothing else finished.returncode)
        if report.exists():
            _count(ElementTree.parse(report), outcome)
    return outcome


def run_suites(url: str | None, arguments: Sequence[str]) -> list[Outcome]:
    """Run pytest on SQLite and beside it on PostgreSQL, where there is one, whose output comes second."""
    on_sqlite = f"SQLite {sqlite3.sqlite_version}"
    print(f"\n===== {on_sqlite} =====", flush=True)
    if not url:
        return [run_suite(on_sqlite, None, arguments)]
    in_chromium = sorted(Path(IN_CHROMIUM).glob("test_*.py"))
    on_sqlite_alone = [str(path) for path in in_chromium if path.name not in WRITES_MEET]
    with tempfile.TemporaryFile() as output, ThreadPoolExecutor(1) as beside:
        second = beside.submit(run_suite, "PostgreSQL", url, arguments, on_sqlite_alone, output)
        outcomes = [run_suite(on_sqlite, None, arguments, KNOW_NO_DATABASE)]
        print("\n===== PostgreSQL, run beside it =====", flush=True)
        outcomes.append(second.result())
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout.buffer)
        sys.stdout.flush()
    return outcomes


def _count(report: "ElementTree.ElementTree[ElementTree.Element]", outcome: Outcome) -> None:
    for case in report.iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            outcome.skips[skipped.get("message", "")] += 1
        else:
            outcome.passed += 1


def main(arguments: Sequence[str]) -> int:
    """Run everything that can be run here; return the exit code."""
    needs_all = env.boolean("NEWSDESK_TEST_ALL_PARTS")
    url = find_postgresql()
    chromium = find_chromium()
    missing = [] if url else [NO_POSTGRESQL]
    missing += [] if chromium else [NO_CHROMIUM]
    missing += [] if find_redis() else [NO_REDIS]
    if needs_all and missing:
        print("\n".join(f"Error: {reason}." for reason in missing))
        return 1

    outcomes = run_suites(url, arguments)
    print("\n===== What ran =====")
    for outcome in outcomes:
        print(f"{outcome.database}: {outcome.line()}")
    print(f"Chromium: {chromium or 'none'}; Python {sys.version.split()[0]}")
    for reason in missing:
        print(f"Not run: {reason}.")
    if url:
        print(f"Run once, since their code knows no database: {', '.join(KNOW_NO_DATABASE)}")
        print(f"In Chromium on PostgreSQL too: {', '.join(WRITES_MEET)}; on SQLite all of {IN_CHROMIUM}")
    forbidden = False
    for outcome in outcomes:
        for reason, count in outcome.skips.items():
            is_forbidden = needs_all and not any(may_be in reason for may_be in MAY_BE_SKIPPED)
            forbidden |= is_forbidden
            print(
                f"{'Error: skipped' if is_forbidden else 'Skipped'} on {outcome.database}: {count}: {reason}"
            )
    print(
        f"total: {sum(outcome.passed for outcome in outcomes)} passed, "
        f"{sum(outcome.failed for outcome in outcomes)} failed, "
        f"{sum(outcome.skips.total() for outcome in outcomes)} skipped"
    )
    if not any(outcome.passed + outcome.failed + outcome.skips.total() for outcome in outcomes):
        print("Error: no test ran.")
        return NOTHING_TO_RUN
    return int(forbidden or any(outcome.exit_code for outcome in outcomes))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
