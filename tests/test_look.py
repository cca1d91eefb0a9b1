"""The look: colours that can be read in each scheme, and pages that ask nothing of other hosts."""

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEET = (ROOT / "static/css/app.css").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"})

GROUNDS = ("paper", "surface", "sunk")
STATES = ("suggested", "accepted", "corrected", "rejected", "neutral", "accent")
SPEAKERS = tuple(f"speaker-{number}" for number in range(10))
TEXT_ON_GROUND = itertools.product(
    ("ink", "ink-muted", "accent", "accent-strong", *STATES, *SPEAKERS), GROUNDS
)
TEXT_ON_WASH = itertools.chain(
    ((state, f"{state}-wash") for state in STATES),
    itertools.product(("ink", "ink-muted"), (f"{state}-wash" for state in STATES)),
)
TEXT_ON_FILL = (
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("paper", "ink"),
    ("paper", "rejected"),
)
PAIRS = sorted({*TEXT_ON_GROUND, *TEXT_ON_WASH, *TEXT_ON_FILL})
EDGES = list(itertools.product(("line-strong", "focus"), ("paper", "surface")))

# The blocks of the sheet that make a scheme, each over the one before, and the least contrast of text in it.
MORE = "(prefers-contrast: more) and "
LIGHT, DARK = "(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"
SCHEMES = {
    "light": ((), 4.5),
    "dark": ((DARK,), 4.5),
    "light with more contrast": ((MORE + LIGHT,), 7),
    "dark with more contrast": ((DARK, MORE + DARK), 7),
}


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme."""
    blocks = dict(re.findall(r"^(?:@media ([^{]+) \{\n  )?:root \{\n(.*?)\n *\}", SHEET, re.M | re.S))
    found: dict[str, str] = {}
    for media in ("", *SCHEMES[scheme][0]):
        found |= re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[media])
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, from 0 to 1, as WCAG 2.2 defines it."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = tokens(scheme)

    assert contrast(colours[text], colours[ground]) >= SCHEMES[scheme][1]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_fields_and_the_focus_can_be_seen(scheme: str, edge: str, ground: str) -> None:
    colours = tokens(scheme)

    assert contrast(colours[edge], colours[ground]) >= 3


def test_each_state_of_a_claim_has_a_mark_of_its_own() -> None:
    marks = {
        state: mark
        for selectors, mark in re.findall(r'((?:\.badge-\w+::before,?\s*)+)\{ content: "(.)"', SHEET)
        for state in re.findall(r"badge-(\w+)", selectors)
    }

    assert len({marks[state] for state in ("suggested", "accepted", "corrected", "rejected")}) == 4


@pytest.mark.parametrize("path", [*PAGES, *STATIC], ids=lambda path: str(path.relative_to(ROOT)))
def test_page_asks_nothing_of_other_hosts(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_template_keeps_the_policy_against_inline_script_and_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_template_says_first_what_it_needs(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{# ")
