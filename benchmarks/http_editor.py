"""An editor without a browser: the requests that the review page sends, an outbox, and a network that fails.

The outbox keeps the promise of `static/js/outbox.js`: steps in order, each with its own key, sent until the
server answers; a step that waited behind another on the same claim goes on from the version that one brought.
"""

import http.client
import random
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import UUID, uuid4

from benchmarks.acknowledged import Outcome, Record, Step
from benchmarks.desk_server import PASSWORD

Fields = Mapping[str, str | list[str]]
TIMEOUT = 60.0  # seconds; longer than the server gives a request
_BETWEEN_TRIES = 0.1  # seconds, while the server is away

_CARD = re.compile(r'id="claim-card-(\d+)"(.*?)(?=id="claim-card-\d+"|\Z)', re.DOTALL)
_VERSION = re.compile(r'name="version" value="(\d+)"')
_BARE = re.compile(r'id="take-(\d+)"')
_CHIP = re.compile(r'name="speaker" value="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PERSON = re.compile(r'data-person="(\d+)"')
_UNDO_OF_MERGE = re.compile(r'action="(/merges/\d+/undo)"')
_NAME_OF_CARD = re.compile(r'data-name="([^"]*)"')
_ANNOUNCED = re.compile(r'"message": "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: str
    announced: str
    brought: dict[int, int]
    location: str = ""


@dataclass(slots=True)
class Faults:
    """How often, of all sends, the network or the editor misbehaves."""

    double: float = 0.1
    lost_answer: float = 0.1
    reload: float = 0.03
    killed: float = 0.02


def log_in(port: int, username: str) -> "SimpleCookie":
    """Log in through the log-in page and return the cookies. Raises RuntimeError where it is refused."""
    cookies: SimpleCookie = SimpleCookie()
    page = _exchange(port, "GET", "/log-in", cookies=cookies)
    token = _TOKEN.search(page.body)
    assert token is not None
    fields = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = _exchange(port, "POST", "/log-in", cookies=cookies, fields=fields)
    if answer.status != 302:
        raise RuntimeError(f"{username} could not log in: {answer.status}")
    return cookies


def upload(port: int, username: str, name: str, content: bytes) -> None:
    """Upload a file as the page does. Raises RuntimeError where it is not taken."""
    border = uuid4().hex
    head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{border}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
    cookies = log_in(port, username)
    answer = _read(_open(port, "POST", "/upload", cookies=cookies, body=body, headers=headers))
    if answer.status != 303:
        raise RuntimeError(f"the upload of {name} was answered {answer.status}")


class HttpEditor(Record):
    """An editor at work in one article; `choose` draws from `random` and nothing else."""

    def __init__(self, port: int, username: str, article: int, seed: str, faults: Faults) -> None:
        super().__init__(username)
        self.article = article
        self._port = port
        self._random = random.Random(seed)
        self._faults = faults
        self._cookies = log_in(port, username)
        self._person = ""
        self._outbox: list[Step] = []
        self._brought: dict[int, int] = {}
        self.versions: dict[int, int] = {}
        self.speakers: list[str] = []
        self.length = 0
        self.load()

    def load(self) -> None:
        """Open the page, as after a reload: what was seen before is forgotten, the outbox is not."""
        claim = f"?claim={self._random.choice(sorted(self.versions))}" if self.versions else ""
        page = self._get(f"review{claim}")
        starts = [
            int(start) + len(unescape(re.sub(r"<[^>]*>", "", text)))
            for start, text in re.findall(r'data-start="(\d+)"[^>]*>(.*?)</p>', page, re.DOTALL)
        ]
        self.length = max(starts, default=0)
        person = _PERSON.search(page)
        self._person = person[1] if person else ""
        self.versions.clear()
        self._brought.clear()
        # The page comes with the controls of few claims and asks for the others'.
        bare = ",".join(_BARE.findall(page))
        cards = page + (self._get(f"cards?claims={bare}") if bare else "")
        self.speakers = sorted(set(_CHIP.findall(cards)))
        self._read_cards(cards)

    def _get(self, part: str) -> str:
        """Return a page of the article. Raises RuntimeError where there is none."""
        address = f"/articles/{self.article}/{part}"
        answer = self._until_answered(lambda: _exchange(self._port, "GET", address, cookies=self._cookies))
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
        return answer.body

    def visit(self, path: str) -> int:
        """Look at a page and return the status of its answer; one that leads elsewhere is not followed."""
        return _exchange(self._port, "GET", path, cookies=self._cookies).status

    def act(self) -> None:
        """Take one step of any kind, sometimes with a reload or a killed browser before it."""
        if self._random.random() < self._faults.reload:
            self.counts["reloads"] += 1
            self.load()
        if self._random.random() < _MERGES:
            self._merge_or_undo()
            return
        self._outbox.append(self._next_step())
        # Now and then the network is away for a few steps, which wait.
        if len(self._outbox) < 4 and self._random.random() < 0.1:
            self.counts["steps that waited"] += 1
            return
        self.drain()

    def drain(self) -> None:
        """Send what waits, in order, until all of it is answered."""
        while self._outbox:
            step = self._outbox[0]
            if self._random.random() < self._faults.killed:
                self.counts["browsers killed"] += 1
                self._send_and_vanish(step)
                self.load()
                continue
            answer = self._until_answered(lambda step=step: self._send(step))
            self._outbox.pop(0)
            self._settle(step, answer)

    def _send(self, step: Step) -> Answer:
        chance = self._random.random()
        if chance < self._faults.lost_answer:
            self.counts["lost answers"] += 1
            self._send_and_vanish(step)
        elif chance < self._faults.lost_answer + self._faults.double:
            self.counts["double sends"] += 1
            first, second = self._request(step), self._request(step)
            answers = _read(first), _read(second)
            return answers[self._random.randrange(2)]
        return _read(self._request(step))

    def _send_and_vanish(self, step: Step) -> None:
        """Send the step and hang up before the answer comes."""
        try:
            self._request(step).close()
        except OSError:
            self.counts["refused connections"] += 1

    def _request(self, step: Step) -> http.client.HTTPConnection:
        step.sends += 1
        fields = {**step.fields, "key": step.key}
        if step.claim is not None:
            fields["version"] = str(self._version_of(step))
        headers = {
            "HX-Request": "true",
            "HX-Current-URL": f"http://127.0.0.1:{self._port}/articles/{self.article}/review",
            "Step-Key": step.key,
            "Step-Person": self._person,
        }
        return _open(self._port, "POST", step.path, cookies=self._cookies, fields=fields, headers=headers)

    def _version_of(self, step: Step) -> int:
        assert step.claim is not None
        assert step.version is not None
        return max(step.version, self._brought.get(step.claim, 0))

    def _settle(self, step: Step, answer: Answer) -> None:
        if step.verb == "chain":
            offered = dict(_pair(each) for each in step.fields["claim"])
            decided_on = {claim: version for claim, version in offered.items() if claim in answer.brought}
        else:
            decided_on = {} if step.claim is None else {step.claim: self._version_of(step)}
        self.outcomes.append(Outcome(step, answer.status, answer.announced, decided_on))
        self._read_cards(answer.body)
        if step.verb == "chain" and answer.status == 200:
            self._meet_left_out(step, answer, offered.keys() - decided_on.keys())
        for claim, version in answer.brought.items():
            self._brought[claim] = max(version, self._brought.get(claim, 0))
            # The page keeps it with the steps that wait, so that it outlives the page.
            for later in self._outbox:
                if later.claim == claim and later.version is not None:
                    later.version = max(version, later.version)
        if answer.status == 409:
            self._meet_conflict(step, answer)

    def _meet_conflict(self, step: Step, answer: Answer) -> None:
        """Take one's own state anyway, or keep the colleague's; later steps on the claim go with it."""
        self.conflicts_shown += "Not saved" in unescape(answer.body) or "Not saved" in answer.announced
        waiting = [other for other in self._outbox if other.claim == step.claim]
        self._brought.pop(step.claim or 0, None)
        if step.claim in self.versions and self._random.random() < 0.5:
            self.counts["conflicts where mine was taken"] += 1
            again = Step(
                step.verb, step.path, step.fields, self._key(), step.claim, self.versions[step.claim]
            )
            self._outbox.insert(0, again)
        else:
            self.counts["conflicts where theirs was kept"] += 1
            self.counts["steps withdrawn"] += len(waiting)
            self._outbox = [other for other in self._outbox if other.claim != step.claim]

    def _meet_left_out(self, step: Step, answer: Answer, left_out: Collection[int]) -> None:
        """Answer both states on the card of each claim that was left out of a batch: mine or theirs."""
        cards = {int(number): card for number, card in _CARD.findall(answer.body)}
        for claim in sorted(left_out & cards.keys()):
            name = _NAME_OF_CARD.search(cards[claim])
            is_theirs_anyway = name is not None and f" given to {unescape(name[1])}." in answer.announced
            if 'class="conflict"' not in cards[claim]:
                if not is_theirs_anyway:
                    self.faults.append(
                        f"{self.username}: claim {claim} was left out and no conflict was shown"
                    )
                continue
            self.counts["conflicts in a batch"] += 1
            if self._random.random() < 0.5:
                fields = {"speaker": step.fields["speaker"]}
                path = f"/claims/{claim}/speaker"
                again = Step("speaker", path, fields, self._key(), claim, self.versions[claim])
                self._outbox.insert(0, again)

    def _merge_or_undo(self) -> None:
        """Merge two speakers on their page, which keeps no outbox, or take the newest merge of one back."""
        if len(self.speakers) < 2:
            return
        source, target = self._random.sample(self.speakers, 2)
        if self._random.random() < 0.5:
            self._send_unkeyed("merge speakers", f"/speakers/{source}/merge", {"into": target})
            return
        page = self._until_answered(
            lambda: _exchange(self._port, "GET", f"/speakers/{target}", cookies=self._cookies)
        )
        if undos := _UNDO_OF_MERGE.findall(page.body):
            self._send_unkeyed("undo", self._random.choice(undos), {})

    def _send_unkeyed(self, verb: str, path: str, fields: dict[str, str | list[str]]) -> None:
        """Send a form that has no key, sometimes twice; the page says once whether it was done."""
        sent, acknowledged = self.unkeyed.get(verb, (0, 0))
        for _ in range(2 if self._random.random() < self._faults.double else 1):
            sent += 1
            self.unkeyed[verb] = sent, acknowledged
            try:
                answer = _exchange(self._port, "POST", path, cookies=self._cookies, fields=fields)
            except (OSError, http.client.HTTPException):
                self.counts["tries without an answer"] += 1
                continue
            if answer.status >= 500:
                self.counts[f"answers with {answer.status}"] += 1
            if self._was_done(answer):
                acknowledged += 1
                self.counts[_UNKEYED[verb]] += 1
            self.unkeyed[verb] = sent, acknowledged

    def _was_done(self, answer: Answer) -> bool:
        """Follow the answer to the page that says what came of the form."""
        if answer.status != 303:
            return False
        page = self._until_answered(
            lambda: _exchange(self._port, "GET", answer.location, cookies=self._cookies)
        )
        said = unescape(page.body)
        return (" is merged into " in said and "You can undo this below." in said) or (
            " is a speaker of its own again and has " in said
        )

    def _read_cards(self, body: str) -> None:
        for number, card in _CARD.findall(body):
            if version := _VERSION.search(card):
                self.versions[int(number)] = int(version[1])

    def _until_answered(self, ask: Callable[[], Answer]) -> Answer:
        """Ask until the server answers at all; what it says in trouble of its own is no answer."""
        give_up_at = time.monotonic() + 10 * TIMEOUT
        while True:
            try:
                answer = ask()
                if answer.status < 500:
                    return answer
                self.counts[f"answers with {answer.status}"] += 1
            except (OSError, http.client.HTTPException):
                self.counts["tries without an answer"] += 1
            if time.monotonic() > give_up_at:
                raise RuntimeError("The server did not answer any more.")
            time.sleep(_BETWEEN_TRIES)

    def _key(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _next_step(self) -> Step:
        """Draw a verb and what it is about."""
        draw = self._random
        verb = draw.choices(list(_VERBS), weights=list(_VERBS.values()))[0]
        if verb in {"undo", "redo"}:
            return Step(verb, f"/articles/{self.article}/{verb}", {}, self._key())
        start = draw.randrange(max(1, self.length - 60))
        spans = {"spans": f"{start}-{start + draw.randrange(5, 50)}"}
        if verb == "add" or not self.versions:
            return Step("add", f"/articles/{self.article}/claims", spans, self._key())
        claim = draw.choice(sorted(self.versions))
        if verb == "chain" and self.speakers:
            chosen = draw.sample(sorted(self.versions), min(3, len(self.versions)))
            offered = [f"{each}-{self.versions[each]}" for each in chosen]
            fields = {"speaker": draw.choice(self.speakers), "claim": offered}
            return Step(verb, f"/claims/{claim}/chain", fields, self._key())
        fields = {
            "speaker": {"speaker": draw.choice(self.speakers)} if self.speakers else {"nobody": "1"},
            "name": {"name": f"Witness {draw.randrange(1_000)}"},
            "nobody": {"nobody": "1"},
            "kind": {"kind": draw.choice(["direct", "mixed", "indirect"])},
            "spans": {
                "role": draw.choice(["content", "cue", "source"]),
                "change": draw.choice(["", "add"]),
                **spans,
            },
            "note": {"note": f"note {draw.randrange(1_000)}"},
        }.get(verb, {})
        path = {"name": "speaker", "nobody": "speaker"}.get(verb, verb)
        # A step seen from an earlier one of this outbox starts at the version that the page showed then.
        return Step(verb, f"/claims/{claim}/{path}", fields, self._key(), claim, self.versions[claim])


# What editors do, by how often.
_VERBS = {
    "accept": 30,
    "reject": 8,
    "speaker": 18,
    "name": 4,
    "nobody": 2,
    "kind": 6,
    "spans": 8,
    "note": 4,
    "add": 5,
    "delete": 2,
    "chain": 8,
    "undo": 9,
    "redo": 4,
}
# How often an editor goes to the speakers' pages instead, and how what they do there is counted.
_MERGES = 0.04
_UNKEYED = {"merge speakers": "merges", "undo": "merges taken back"}


def _pair(claim_and_version: str) -> tuple[int, int]:
    claim, _, version = claim_and_version.partition("-")
    return int(claim), int(version)


def _exchange(
    port: int, method: str, path: str, *, cookies: "SimpleCookie", fields: Fields | None = None
) -> Answer:
    return _read(_open(port, method, path, cookies=cookies, fields=fields), cookies)


def _open(
    port: int,
    method: str,
    path: str,
    *,
    cookies: "SimpleCookie",
    fields: Fields | None = None,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> http.client.HTTPConnection:
    """Send the request and return the connection, from which the answer can be read."""
    headers = dict(headers or {})
    headers["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    if fields is not None:
        body = urlencode(fields, doseq=True).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if body is not None and "csrftoken" in cookies:
        headers["X-CSRFToken"] = cookies["csrftoken"].value
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.request(method, path, body=body, headers=headers)
    return connection


def _read(connection: http.client.HTTPConnection, cookies: "SimpleCookie | None" = None) -> Answer:
    try:
        response = connection.getresponse()
        body = response.read().decode()
        if cookies is not None:
            for line in response.headers.get_all("Set-Cookie", []):
                cookies.load(line)
        headers = " ".join(value for name, value in response.headers.items() if name.startswith("HX-Trigger"))
        announced = _ANNOUNCED.search(headers)
        brought = re.findall(r"(\d+)=(\d+)", response.headers.get("Claim-Versions", ""))
        return Answer(
            response.status,
            body,
            announced[1] if announced else "",
            {int(claim): int(version) for claim, version in brought},
            response.headers.get("Location", ""),
        )
    finally:
        connection.close()
