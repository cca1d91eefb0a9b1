"""The server killed and started again while editors work: nothing acknowledged may be missing.

    .venv/bin/python -m benchmarks.killed_server [--rounds 20] [--database sqlite|postgresql|both]

Six editors take steps without a pause, over a network that loses answers, while the whole server (supervisor,
web processes and worker) is killed with SIGKILL and started again as `make run` starts it. Two real Chromium
windows work beside them with the product's own outbox. Prints the steps acknowledged and what happened on the
way, and afterwards whether the outboxes drained by themselves and each acknowledged step is in the revisions
exactly once. Ends with exit code 1 where anything was wrong.
"""

import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from benchmarks.acknowledged import faults_after
from benchmarks.browsing import chromium
from benchmarks.desk_server import DeskServer, arguments, chosen_databases, desk_server
from benchmarks.http_editor import Faults, HttpEditor
from benchmarks.window_editor import WindowEditor

EDITORS = 6
WINDOWS = 2
# Steps that have to be acknowledged between two kills, so that each kill meets a server at work.
STEPS_BETWEEN = 20


def main() -> None:
    """Run and print."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="times the server is killed (default: 5)")
    options = parser.parse_args()
    wrong = 0
    for database in chosen_databases(options):
        with desk_server(database, postgresql=options.postgresql) as server:
            wrong += _run(server, kills=options.rounds)
    sys.exit(1 if wrong else 0)


def _run(server: DeskServer, *, kills: int) -> int:
    usernames = server.rows("people", str(EDITORS + WINDOWS))
    article = server.rows("articles", "--words", "1400", "--claims", "40", "--begin")[0]["id"]
    editors = [
        HttpEditor(server.port, name, article, f"killed {number}", Faults(killed=0.0))
        for number, name in enumerate(usernames[:EDITORS])
    ]
    enough = threading.Event()
    crashes: list[str] = []

    def work(editor: HttpEditor) -> None:
        try:
            while not enough.is_set():
                editor.act()
            editor.drain()
        except Exception as error:
            crashes.append(f"{editor.username} could not go on: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=[editor], daemon=True) for editor in editors]
    # A window whose page is gone waits for the server, which must not wait for the window.
    with chromium() as browser, ThreadPoolExecutor(1) as beside:
        windows = [
            WindowEditor(browser, server, name, article, seed="killed") for name in usernames[EDITORS:]
        ]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            acknowledged = _acknowledged(editors)
            while _acknowledged(editors) < acknowledged + STEPS_BETWEEN and not crashes:
                for window in windows:
                    window.press()
            server.kill()
            is_back = beside.submit(server.start)
            for window in windows:
                window.press()
            is_back.result()
        enough.set()
        for thread in threads:
            thread.join()
        faults = crashes + [fault for window in windows for fault in window.faults_when_drained()]
    faults += faults_after(server, [*editors, *windows])
    happened = sum((editor.counts for editor in editors), Counter[str]())
    print(
        f"{server.database}: killed {kills} times; {_acknowledged(editors)} steps of {EDITORS} editors and "
        f"{sum(len(window.outcomes) for window in windows)} of {WINDOWS} windows answered; "
        + ", ".join(f"{count} {what}" for what, count in sorted(happened.items()))
        + f"; faults: {len(faults)}",
        flush=True,
    )
    for fault in faults[:20]:
        print(f"  {fault}")
    return len(faults)


def _acknowledged(editors: list[HttpEditor]) -> int:
    return sum(outcome.status == 200 for editor in editors for outcome in editor.outcomes)


if __name__ == "__main__":
    main()
