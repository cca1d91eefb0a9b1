"""Tags of the review page: a paragraph with its marks, and keys that make a request recognisable.

A page has dozens of paragraphs and hundreds of segments, on which a template spends a fifth of the time that
the page takes. Of what is put together here only the words come from outside, and they are escaped.
"""

import uuid

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from annotations.choices import Region, SpanRole
from annotations.highlighting import Segment
from annotations.models import Paragraph
from annotations.queries.marked_text import Look, MarkedStretch

register = template.Library()

# With how many lines at most it is drawn that claims lie over each other.
MOST_LINES = 4


@register.simple_tag
def paragraph(marked: MarkedStretch, may_manage: bool, *, is_swapped: bool = False) -> SafeString:
    """Render one paragraph, or a stretch of a very long one, with its marks and what it is.

    With `is_swapped` it takes the place of the one on the page, whatever the answer is swapped into.
    """
    stretch, row = marked.stretch, marked.stretch.paragraph
    goes_on = "" if stretch.is_last else " goes-on"
    swapped = ' hx-swap-oob="true"' if is_swapped else ""
    label = _region_label(row) if stretch.number == 1 and not row.holds_claims else ""
    button = _region_button(row) if stretch.is_last and may_manage else ""
    text = "".join(_segment(segment, marked.looks) for segment in marked.segments)
    return mark_safe(  # noqa: S308 - the words are escaped by _segment, all else is ours
        f'<div id="paragraph-{stretch.key}" class="paragraph region-{row.region}{goes_on}"{swapped}>{label}'
        f'<p class="text" dir="auto" data-start="{stretch.start}">{text}</p>{button}</div>\n'
    )


@register.simple_tag
def request_key() -> str:
    """Return a key for one form, so that a request sent twice is done once."""
    return uuid.uuid4().hex


def _region_label(row: Paragraph) -> str:
    return f'<span class="region-label" id="region-label-{row.index}">{row.get_region_display()}</span>'


def _region_button(row: Paragraph) -> str:
    """Return what says that the paragraph is the other thing; its address is relative to the page's."""
    if row.holds_claims:
        look, region = "button-quiet ", Region.BOILERPLATE
        words, effect = "Grey out", "boilerplate: grey it out"
    else:
        look, region = "", Region.BODY
        words, effect = "This is body text", "body text: look for claims in it"
    return (
        f'<button form="region-form" formaction="paragraphs/{row.index}/region" name="region" '
        f'class="region-button {look}button-small" value="{region}" '
        f'aria-label="Paragraph {row.index} is {effect}">{words}</button>'
    )


def _segment(segment: Segment, looks: dict[int, Look]) -> str:
    """Return the segment's words in the mark of what lies over them; its text content is the words alone."""
    words = escape(segment.text)
    if not segment.marks:
        return words
    innermost = segment.marks[0]
    look = looks[innermost.claim_id]
    claim_ids = list(dict.fromkeys(mark.claim_id for mark in segment.marks))
    end = segment.start + len(segment.text)
    ends_content = any(mark.end == end and mark.role == SpanRole.CONTENT for mark in segment.marks)
    over = f" over-{min(len(claim_ids), MOST_LINES)}" if len(claim_ids) > 1 else ""
    speaker = f' data-speaker="{look.number}"' if ends_content and look.number else ""
    return (
        f'<mark class="mark-{innermost.role} is-{look.state} speaker-{look.colour}{over}" '
        f'data-claims="{" ".join(map(str, claim_ids))}"{speaker}>{words}</mark>'
    )
