"""`make test`: run the suite on each database at hand and in a real Chromium, and say what it ran on.

    python -m tests.run [arguments for pytest]

With NEWSDESK_TEST_ALL_PARTS=yes nothing may be missing: no database, no Chromium, no skipped test but those
that need the folder ../shared.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsdesk import env
from tests.parts import NO_CHROMIUM, NO_POSTGRESQL, find_chromium, find_postgresql

MAY_BE_MISSING = "../shared"


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


def run_suite(database: str, url: str | None, arguments: Sequence[str]) -> Outcome:
    """Run pytest on the database, SQLite where `url` is None, and count what its report says."""
    print(f"\n===== {database} =====", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    if url:
        environment["TEST_DATABASE_URL"] = url
    with tempfile.TemporaryDirectory(prefix="newsdesk-report-") as directory:
        report = Path(directory, "report.xml")
        command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
        outcome = Outcome(database, subprocess.run(command, env=environment, check=False).returncode)
        if report.exists():
            _count(ElementTree.parse(report), outcome)
    return outcome


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
    if needs_all and missing:
        print("\n".join(f"Error: {reason}." for reason in missing))
        return 1

    outcomes = [run_suite(f"SQLite {sqlite3.sqlite_version}", None, arguments)]
    if url:
        outcomes.append(run_suite("PostgreSQL", url, arguments))

    print("\n===== What ran =====")
    for outcome in outcomes:
        print(f"{outcome.database}: {outcome.line()}")
    print(f"Chromium: {chromium or 'none'}; Python {sys.version.split()[0]}")
    for reason in missing:
        print(f"Not run: {reason}.")
    forbidden = False
    for outcome in outcomes:
        for reason, count in outcome.skips.items():
            is_forbidden = needs_all and MAY_BE_MISSING not in reason
            forbidden |= is_forbidden
            print(
                f"{'Error: skipped' if is_forbidden else 'Skipped'} on {outcome.database}: {count}: {reason}"
            )
    print(
        f"total: {sum(outcome.passed for outcome in outcomes)} passed, "
        f"{sum(outcome.failed for outcome in outcomes)} failed, "
        f"{sum(outcome.skips.total() for outcome in outcomes)} skipped"
    )
    return int(forbidden or any(outcome.exit_code for outcome in outcomes))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
