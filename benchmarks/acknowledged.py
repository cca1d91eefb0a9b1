"""Whether what the server acknowledged to editors is what its history holds: each step once, none lost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.desk_server import DeskServer

CONFLICT = 409  # the status of an answer to a step that came too late

_NOTHING_DONE = (
    "There is nothing of yours to undo here",
    "There is nothing to do again",
    "0 claims given to",
)


@dataclass(slots=True)
class Step:
    """One action of the editor, kept until the server has answered it.

    `version` is the claim's version that the editor saw, None where the step is about no claim.
    """

    verb: str
    path: str
    fields: dict[str, str | list[str]]
    key: str
    claim: int | None = None
    version: int | None = None
    sends: int = 0


@dataclass(slots=True)
class Outcome:
    """How a step ended: its last answer, and the version of each claim on which it was decided."""

    step: Step
    status: int
    announced: str
    decided_on: dict[int, int]


class Record:
    """What one editor did and was told.

    `conflicts_shown` counts the conflicts that were put before them. `unheard` are the keys of steps that
    were sent again and of which no answer was heard then: the page was killed at that moment.
    `unkeyed` counts steps that have no key, such as merges: how often the verb was sent, and acknowledged.
    """

    def __init__(self, username: str) -> None:
        self.username = username
        self.outcomes: list[Outcome] = []
        self.counts: Counter[str] = Counter()
        self.conflicts_shown = 0
        self.unheard: set[str] = set()
        self.unkeyed: dict[str, tuple[int, int]] = {}
        self.faults: list[str] = []

    def conflict_faults(self) -> list[str]:
        """Return a sentence where a conflict that the editor met was not put before them."""
        met = sum(outcome.status == CONFLICT for outcome in self.outcomes)
        if met == self.conflicts_shown:
            return []
        return [f"{self.username} met {met} conflicts and was shown {self.conflicts_shown}"]


def faults_after(server: DeskServer, editors: Sequence[Record]) -> list[str]:
    """Return a sentence for everything that was lost, done twice, overwritten unseen or not handled."""
    history = server.rows("history")
    times = Counter((name, key) for name, key, _ in history["done"] if key)
    unkeyed = Counter((name, verb) for name, key, verb in history["done"] if not key)
    faults = list(history["faults"])
    for editor in editors:
        # A step whose conflict is answered with mine goes out again under its key, and is one step.
        acknowledged_keys = {outcome.step.key for outcome in editor.outcomes if outcome.status == 200}
        for outcome in editor.outcomes:
            key = outcome.step.key
            if outcome.status == 200 or key not in acknowledged_keys | editor.unheard:
                faults += _faults_of(outcome, times[editor.username, key], editor.username)
        faults += editor.faults
        for verb, (sent, acknowledged) in editor.unkeyed.items():
            done = unkeyed[editor.username, verb]
            if not acknowledged <= done <= sent:
                faults.append(
                    f"{editor.username} sent {verb} {sent} times, was told {acknowledged}, and did it {done}"
                )
        faults += editor.conflict_faults()
        faults += [
            f"{editor.username} got {count} {what}"
            for what, count in editor.counts.items()
            if what.startswith("answers with 5")
        ]
    faults += _unseen_overwrites(editors)
    return faults + [f"server log: {line}" for line in server.complaints()]


def _faults_of(outcome: Outcome, times: int, username: str) -> list[str]:
    step = outcome.step
    is_acknowledged = outcome.status == 200
    expected = {1} if is_acknowledged else {0}
    if is_acknowledged and outcome.announced.startswith(_NOTHING_DONE):
        # What was sent twice may have found nothing at first, and later what a colleague freed meanwhile.
        expected = {0, 1} if step.sends > 1 else {0}
    if times in expected:
        return []
    return [f"{username}: {step.verb} {step.key} was answered {outcome.status}, and done {times} times"]


def _unseen_overwrites(editors: Iterable[Record]) -> list[str]:
    """Return the claims about which two steps were acknowledged that had seen the same version."""
    seen: dict[tuple[int, int], set[str]] = defaultdict(set)
    for editor in editors:
        for outcome in editor.outcomes:
            if outcome.status == 200:
                step = f"{outcome.step.verb} {outcome.step.key} of {editor.username}"
                for decided_on in outcome.decided_on.items():
                    seen[decided_on].add(step)
    return [
        f"claim {claim}: steps were acknowledged that had all seen version {version}: {', '.join(steps)}"
        for (claim, version), steps in seen.items()
        if len(steps) > 1
    ]
