"""Eight editors at once on one article, and eight on eight, over a network that fails: nothing may be lost.

    .venv/bin/python -m benchmarks.eight_editors [--seeds 1-20] [--database sqlite|postgresql|both]

Each editor takes 200 steps drawn from the seed: every verb, sent twice at random, with answers lost, pages
reloaded and browsers killed between sending and hearing; in between they merge speakers and take merges back.
A conflict is answered with mine or theirs at random, on one claim as in a batch. They speak the protocol of
the review page without a browser; in every fifth seed two windows of a real Chromium, with the product's own
outbox, work on the first article beside them.
Prints what happened, and afterwards whether each acknowledged step is in the revisions exactly once, no two
steps were acknowledged that had seen the same version of a claim, the claims are as their revisions say,
every conflict was shown to who lost, and no request ended in an error of the server. The plan of each editor
follows from the seed; how they interleave does not. Ends with exit code 1 where anything was wrong.
"""

import sys
import threading
import time
from collections import Counter
from contextlib import nullcontext

from benchmarks.acknowledged import faults_after
from benchmarks.browsing import chromium
from benchmarks.desk_server import DeskServer, arguments, chosen_databases, desk_server
from benchmarks.http_editor import Faults, HttpEditor
from benchmarks.window_editor import WindowEditor

EDITORS = 8
WINDOWS = 2
# The windows take most of the time, and `tests/e2e` tests them too: they are there in one seed of so many.
WINDOWS_EVERY = 5


def main() -> None:
    """Run and print."""
    parser = arguments(__doc__)
    parser.add_argument("--seeds", default="1", help="one, as in 7, or the first and the last, as in 1-20")
    parser.add_argument("--actions", type=int, default=200, help="of each editor (default: 200)")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    wrong = 0
    for database in chosen_databases(options):
        with desk_server(database, postgresql=options.postgresql) as server:
            usernames = server.rows("people", str(EDITORS + WINDOWS))
            for seed in seeds:
                for articles in (1, EDITORS):
                    wrong += _run(server, usernames, seed=seed, articles=articles, actions=options.actions)
    sys.exit(1 if wrong else 0)


def _run(server: DeskServer, usernames: list[str], *, seed: int, articles: int, actions: int) -> int:
    """Let the editors work, print what happened, and return the number of faults."""
    title = f"Seed {seed}, {articles}"
    size = ["--words", "700", "--claims", "20", "--title", title, "--copies", str(articles), "--begin"]
    ids = [article["id"] for article in server.rows("articles", *size)]
    editors = [
        HttpEditor(server.port, name, ids[number % articles], f"{seed}-{articles}-{number}", Faults())
        for number, name in enumerate(usernames[:EDITORS])
    ]
    names = usernames[EDITORS:] if seed % WINDOWS_EVERY == 1 else []
    began = time.monotonic()
    with chromium() if names else nullcontext() as browser:
        windows = [WindowEditor(browser, server, name, ids[0], seed=str(seed)) for name in names]
        faults = work_at_once(editors, windows, actions)
        faults += [fault for window in windows for fault in window.faults_when_drained()]
    faults += faults_after(server, [*editors, *windows])
    outcomes = [outcome for editor in (*editors, *windows) for outcome in editor.outcomes]
    answers = Counter(outcome.status for outcome in outcomes)
    happened = sum((editor.counts for editor in (*editors, *windows)), Counter[str]())
    print(
        f"{server.database}, seed {seed}, {EDITORS} editors on {articles} and {len(names)} windows: "
        f"{len(outcomes)} steps answered: "
        f"{answers[200]} acknowledged, {answers[409]} conflicts, "
        f"{len(outcomes) - answers[200] - answers[409]} refused; "
        + ", ".join(f"{count} {what}" for what, count in sorted(happened.items()))
        + f"; faults: {len(faults)}; {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for fault in faults[:20]:
        print(f"  {fault}")
    return len(faults)


def work_at_once(editors: list[HttpEditor], windows: list[WindowEditor], actions: int) -> list[str]:
    """Let each editor take so many steps in a thread of their own, and press keys in the windows meanwhile.

    Returns what stopped any of them.
    """
    crashes: list[str] = []

    def work(editor: HttpEditor) -> None:
        try:
            for _ in range(actions):
                editor.act()
            editor.drain()
        except Exception as error:
            crashes.append(f"{editor.username} could not go on: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=[editor], daemon=True) for editor in editors]
    for thread in threads:
        thread.start()
    for _ in range(actions if windows else 0):
        for window in windows:
            window.press()
    for thread in threads:
        thread.join()
    return crashes


if __name__ == "__main__":
    main()
