"""Where the caret stops: words, sentences and clauses as the page's own script finds them, in Chromium."""

from collections.abc import Callable

import pytest
from django.templatetags.static import static
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧"
Find = Callable[[str, str], list[str]]


@pytest.fixture
def find(page: Page, live_server: LiveServer) -> Find:
    """Return `find(name, text)`: what `words` or `sentences` cut out, or the words at the likely places."""
    page.goto(f"{live_server.url}/log-in")
    address = live_server.url + static("js/boundaries.js")

    def find(name: str, text: str) -> list[str]:
        found: list[str] = page.evaluate(
            """async ([address, name, text]) => {
                const places = (await import(address))[name](text);
                if (name === "likelyStarts") return places.map((at) => text.slice(at).split(" ")[0]);
                if (name === "likelyEnds") return places.map((at) => text.slice(0, at).split(" ").at(-1));
                return places.map(([start, end]) => text.slice(start, end));
            }""",
            [address, name, text],
        )
        return found

    return find


def test_words_are_whole_in_any_script_and_no_sign_is_a_word(find: Find) -> None:
    for text, words in (
        ("Ana’s tolls, 1,000 of them.", ["Ana’s", "tolls", "1,000", "of", "them"]),
        ("the U.S. co-operates – well", ["the", "U.S", "co-operates", "well"]),
        ("“don't!” he said…", ["don't", "he", "said"]),
        (f"they {FAMILY} pay 👍🏽 ☺️ 🇸🇪", ["they", "pay"]),
        ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
        ("היא אמרה צה״ל", ["היא", "אמרה", "צה״ל"]),
        ("می‌خواهم हिन्दी 日本", ["می‌خواهم", "हिन्दी", "日本"]),
        ("", []),
        (" … “” ", []),
    ):
        assert find("words", text) == words, text


def test_sentences_end_at_stops_but_not_behind_titles_and_initials(find: Find) -> None:
    for text, sentences in (
        ("Tolls stay. They go!  Do they?", ["Tolls stay.", "They go!", "Do they?"]),
        ("“Tolls stay.” She left.", ["“Tolls stay.”", "She left."]),
        ("Mr. Ek met J. Smith. Dr. Vu left.", ["Mr. Ek met J. Smith.", "Dr. Vu left."]),
        ("It cost 1.5 million. it did", ["It cost 1.5 million. it did"]),
        ("  Tolls stay  ", ["Tolls stay"]),
        ("היא אמרה. הוא הלך.", ["היא אמרה.", "הוא הלך."]),
        ("😀 stays. 12 went.", ["😀 stays.", "12 went."]),
        ("", []),
        ("   ", []),
    ):
        assert find("sentences", text) == sentences, text


def test_a_content_may_begin_behind_signs_and_at_words_that_open_a_clause(find: Find) -> None:
    for text, starts in (
        ("She said that tolls, alas, stay", ["She", "that", "alas,", "stay"]),
        ("“Tolls stay” 😀 here", ["Tolls", "here"]),
        ("Nobody knows WHY it fell", ["Nobody", "WHY"]),
        ("", []),
    ):
        assert find("likelyStarts", text) == starts, text


def test_a_content_may_end_before_signs_and_before_words_that_open_a_clause(find: Find) -> None:
    for text, ends in (
        ("She said that tolls, alas, stay", ["said", "tolls", "alas", "stay"]),
        ("“Tolls stay” 😀 here", ["stay", "here"]),
        ("Tolls stay.", ["stay"]),
        ("", []),
    ):
        assert find("likelyEnds", text) == ends, text
