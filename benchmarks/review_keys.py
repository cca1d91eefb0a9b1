"""How many keys the review of the sample articles takes, by what was wrong with each suggestion.

    .venv/bin/python -m benchmarks.review_keys [--database sqlite|postgresql|both] [--rounds 3]

A script that knows the right answers (`benchmarks/sample_answers.json`) reviews the sample articles in a real
Chromium: first with what the pipeline suggests, then `--rounds` times with errors made on purpose by a fixed
seed, since three articles have few errors of each kind. It presses as few keys as the page offers: the one
that decides, the chip's digit, `s` with letters and Enter, the keys of the caret mode; Shift is not counted.
A table gives the keys per claim by case beside their limits; afterwards it is checked that what is stored is
what is right, that no mouse button was pressed and that no page was loaded in between. Ends with exit code 1
where that is not so or a limit was passed.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from annotations.nlp.draft import Span
from benchmarks.browsing import chromium, complaints_of, editor_context, wait_until
from benchmarks.desk_server import DeskServer, arguments, chosen_databases, desk_server
from benchmarks.sample_errors import same_words
from benchmarks.span_keys import keys_to_correct, keys_to_select

RIGHT = "pipeline right"
CHIP = "wrong speaker, among the chips"
TYPED = "wrong speaker, must be typed"
NEW = "speaker new to the desk"
SPAN = "wrong span"
BOTH = "wrong span and wrong speaker"
MISSED = "missed claim"
NO_CLAIM = "not a claim"
LIMITS = {RIGHT: 1.0, CHIP: 2.0, TYPED: 5.0, SPAN: 4.0, NO_CLAIM: 1.0}
# What counts as a case together with it: whoever is new to the desk must be typed too, and is seldom met.
PART_OF = {NEW: TYPED}
ARTICLE = re.compile(r"^(?:an?|the|one) ", re.IGNORECASE)
WATCH = """
    window.keysPressed = 0;
    window.mouseUsed = 0;
    addEventListener("keydown", (event) => { if (event.isTrusted) window.keysPressed += 1; }, true);
    addEventListener("pointerdown", () => { window.mouseUsed += 1; }, true);
"""
# The keys that give the claim to a speaker, and whom; "." names its speaker in its label alone.
CHIPS = """(id) => {
    const texts = (button) => [...button.childNodes].filter((node) => node.nodeType === 3);
    const text = (button) => texts(button).map((node) => node.data).join("").trim();
    const name = (button) => button.getAttribute("aria-label")?.split(": ").at(-1) ?? text(button);
    const buttons = document.getElementById(id).querySelectorAll("button[name=speaker][data-key]");
    return [...buttons].map((button) => [button.dataset.key, name(button)]);
}"""
IN_HAND = "document.querySelector('.claim-card.is-current')?.dataset.claim"
SAVED = "document.getElementById('saved').textContent === 'All saved'"
ALL_DECIDED = "/^All/.test(document.querySelector('#progress label').textContent)"


class Reviewer:
    """A script at the keyboard of one article's review page, which knows what is right."""

    def __init__(self, page: Page, article: dict[str, Any], stored: Sequence[dict[str, Any]]) -> None:
        self.keys: dict[str, list[int]] = defaultdict(list)
        self.faults: list[str] = []
        self._page = page
        self._title = article["title"]
        self._text = article["text"]
        self._answers = [_Answer(each) for each in article["answers"]]
        self._stored = {str(each["id"]): each for each in stored}
        self._pressed = 0
        self._contents = {number: _spans(each) for number, each in self._stored.items()}
        self._answer_of = self._matched()

    def review(self) -> None:
        """Decide about every suggestion, then add what the pipeline missed."""
        seen: set[str] = set()
        while (claim := self._page.evaluate(IN_HAND)) not in seen:
            seen.add(claim)
            before = self._pressed
            case = self._decide(claim)
            self.keys[case].append(self._pressed - before)
        for answer in self._answers:
            if answer not in self._answer_of.values():
                before = self._pressed
                if self._add(answer.content):
                    self._give(answer.speaker)
                    self.keys[MISSED].append(self._pressed - before)
                else:
                    self.faults.append(f"{self._title}: no way to add {self._words(answer.content)!r}")
        counted = self._page.evaluate("window.keysPressed")
        if counted != self._pressed:
            self.faults.append(
                f"{self._title}: the page saw {counted} keys of {self._pressed}: it was reloaded"
            )
        if self._page.evaluate("window.mouseUsed"):
            self.faults.append(f"{self._title}: the mouse was used")

    def _press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self._pressed += 1

    def _words(self, content: Sequence[Span]) -> str:
        return " … ".join(span.of(self._text) for span in content)

    def _matched(self) -> dict[str, "_Answer"]:
        """Give each right answer the suggestion that has most of its words, if any has one."""
        pairs = sorted(
            (
                (-_shared(_spans(claim), answer.content), number, at)
                for number, claim in self._stored.items()
                for at, answer in enumerate(self._answers)
            )
        )
        matched: dict[str, _Answer] = {}
        for shared, number, at in pairs:
            if shared and number not in matched and self._answers[at] not in matched.values():
                matched[number] = self._answers[at]
        return matched

    def _decide(self, claim: str) -> str:
        """Press the keys that put the claim in hand right, and return which case it was."""
        stored, answer = self._stored[claim], self._answer_of.get(claim)
        if answer is None:
            self._go_on(claim, "x")
            return NO_CLAIM
        has_speaker = stored["speaker"] == answer.speaker
        if same_words(_spans(stored), answer.content, self._text):
            if has_speaker:
                self._go_on(claim, "a")
                return RIGHT
            return self._give(answer.speaker)
        if not self._correct(claim, answer.content, goes_on=has_speaker):
            self.faults.append(f"{self._title}: no way to correct {self._words(self._contents[claim])!r}")
            self._go_on(claim, "a")
        elif not has_speaker:
            self._give(answer.speaker)
        return SPAN if has_speaker else BOTH

    def _correct(self, claim: str, wanted: tuple[Span, ...], *, goes_on: bool) -> bool:
        """Make the content of the claim in hand right with the caret; False where the keys can't."""
        self._press("v")
        keys = keys_to_correct(
            self._page, has=self._contents[claim], wants=wanted, text=self._text, goes_on=goes_on
        )
        if keys is None:
            self._press("Escape")
            return False
        self._contents[claim] = wanted
        self._press(*keys[:-1])
        if goes_on:
            self._go_on(claim, keys[-1])
        else:
            self._press(keys[-1])
            wait_until(self._page, SAVED)
        return True

    def _add(self, content: tuple[Span, ...]) -> bool:
        """Add a claim with the caret, piece by piece; False where the keys can't."""
        for number, piece in enumerate(content):
            claim = self._page.evaluate(IN_HAND)
            self._press("v")
            keys = keys_to_select(self._page, piece, has=self._contents[claim], text=self._text)
            if keys is None:
                self._press("Escape")
                return False
            self._press(*keys, "E" if number else "c")
            wait_until(self._page, SAVED + ("" if number else f" && {IN_HAND} !== '{claim}'"))
            self._contents[self._page.evaluate(IN_HAND)] = content[: number + 1]
        return True

    def _give(self, speaker: str) -> str:
        """Give the claim in hand to the speaker with the fewest keys; return which case it was."""
        claim = self._page.evaluate(IN_HAND)
        for key, name in self._page.evaluate(CHIPS, f"claim-card-{claim}"):
            if name == speaker:
                self._go_on(claim, key)
                return CHIP
        self._press("s")
        wait_until(self._page, f"document.activeElement.id === 'speaker-name-{claim}'")
        sought = self._sought(speaker)
        wanted = {speaker: TYPED, f"New speaker “{speaker}”": NEW}
        for number, letter in enumerate(sought):
            self._type(letter)
            offered = self._offered(claim)
            if case := wanted.get(offered[0] if offered else ""):
                self._go_on(claim, "Enter")
                return case
            # Whoever sees the name stand right below the first goes there by arrow.
            if number and len(offered) > 1 and (case := wanted.get(offered[1])):
                self._press("ArrowDown", "ArrowDown")
                focused = "document.activeElement.firstChild?.textContent.trim()"
                wait_until(self._page, f"{focused} === {json.dumps(offered[1])}")
                self._go_on(claim, "Enter")
                return case
        self._press(*(["Backspace"] * len(sought)))
        self._type(speaker)
        if not wanted.keys() & self._offered(claim)[:1]:
            self.faults.append(f"{self._title}: {speaker!r} is not offered first when it is typed")
        self._go_on(claim, "Enter")
        return NEW

    def _sought(self, speaker: str) -> str:
        """Return what of the name somebody types who has read the article.

        Somebody with a name is looked for by the surname, or by the forename where two in the article share
        it, "a spokesperson" by what follows the article.
        """
        if any(word.islower() for word in speaker.split()):
            return ARTICLE.sub("", speaker)
        surname = speaker.rpartition(" ")[2]
        sharing = {answer.speaker for answer in self._answers if answer.speaker.rpartition(" ")[2] == surname}
        return speaker if len(sharing) > 1 else surname

    def _type(self, letters: str) -> None:
        self._press(*("Space" if letter == " " else letter for letter in letters))

    def _offered(self, claim: str) -> list[str]:
        """Return what the speaker box comes to offer for what is typed, in order."""
        typed = f"document.getElementById('speaker-name-{claim}').value.trim()"
        wait_until(
            self._page, f"document.getElementById('speaker-options-{claim}').dataset.typed === {typed}"
        )
        offered = f"document.querySelectorAll('#speaker-options-{claim} li:not([hidden]) button')"
        names = self._page.evaluate(f"[...{offered}].map((button) => button.firstChild.textContent.trim())")
        return list(map(str, names))

    def _go_on(self, claim: str, key: str) -> None:
        self._press(key)
        wait_until(self._page, f"{SAVED} && ({IN_HAND} !== '{claim}' || {ALL_DECIDED})")


class _Answer:
    """What is right for one claim."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.speaker: str = answer["speaker"]
        self.content = tuple(Span(*span) for span in answer["content"])


def main() -> None:
    """Review, print and judge."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="editions of each article (default: 3)")
    options = parser.parse_args()
    wrong = False
    for database in chosen_databases(options):
        with desk_server(database, postgresql=options.postgresql) as server, chromium() as browser:
            (username,) = server.rows("people", "1")
            context = editor_context(browser, server, username)
            context.add_init_script(WATCH)
            complaints = complaints_of(context)
            page = context.new_page()
            server.manage("load_sample", "--by", username)
            sample = server.rows("sample")
            for article in sample:
                page.goto(f"{server.address}/articles/{article['id']}/review")
                page.locator("#run-status").wait_for(state="detached", timeout=300_000)
            wrong |= _review(server, page, sample, "what the pipeline suggests")
            errors = server.rows("sample-with-errors", str(options.rounds))
            wrong |= _review(server, page, errors, "errors made on purpose")
            if complaints:
                print(f"{database}: the page complained: {complaints}")
                wrong = True
    sys.exit(1 if wrong else 0)


def _review(server: DeskServer, page: Page, articles: Sequence[dict[str, Any]], what: str) -> bool:
    """Review the articles, print the table and say whether anything was wrong."""
    keys: dict[str, list[int]] = defaultdict(list)
    faults: list[str] = []
    for article in articles:
        page.goto(f"{server.address}/articles/{article['id']}/review")
        page.locator(".claim-card.is-current:focus").wait_for()
        reviewer = Reviewer(page, article, server.rows("claims", str(article["id"])))
        reviewer.review()
        for case, counts in reviewer.keys.items():
            keys[case] += counts
        faults += reviewer.faults + _not_as_right(article, server.rows("claims", str(article["id"])))
    print(f"{server.database}, {what}: {sum(map(len, keys.values()))} claims")
    for part, whole in PART_OF.items():
        print(f"  of those who must be typed, {part}: {keys[part] or 'none'}")
        keys[whole] += keys.pop(part)
    for case in (RIGHT, CHIP, TYPED, SPAN, BOTH, MISSED, NO_CLAIM):
        if counts := keys.get(case):
            mean = sum(counts) / len(counts)
            limit = f"at most {LIMITS[case]:.1f}" if case in LIMITS else "no limit"
            print(f"  {case:34} {len(counts):3} claims  {mean:5.2f} keys each  ({limit}; most {max(counts)})")
            if case in LIMITS and mean > LIMITS[case]:
                faults.append(f"{case}: {mean:.2f} keys are more than {LIMITS[case]:.1f}")
    for fault in faults:
        print(f"  WRONG {fault}")
    sys.stdout.flush()
    return bool(faults)


def _not_as_right(article: dict[str, Any], stored: Sequence[dict[str, Any]]) -> list[str]:
    """Return where what is stored after the review is not what is right."""
    standing = [claim for claim in stored if claim["state"] != "rejected"]
    faults = [
        f"{article['title']}: {claim['id']} is still suggested"
        for claim in stored
        if claim["state"] == "suggested"
    ]
    for answer in map(_Answer, article["answers"]):
        fitting = [
            claim
            for claim in standing
            if claim["speaker"] == answer.speaker
            and same_words(_spans(claim), answer.content, article["text"])
        ]
        if len(fitting) != 1:
            words = " … ".join(span.of(article["text"]) for span in answer.content)
            faults.append(f"{article['title']}: {len(fitting)} claims are {answer.speaker}: {words[:60]}")
    if len(standing) > len(article["answers"]):
        faults.append(
            f"{article['title']}: {len(standing)} claims stand where {len(article['answers'])} are right"
        )
    return faults


def _spans(claim: dict[str, Any]) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in claim["content"])


def _shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)


if __name__ == "__main__":
    main()
