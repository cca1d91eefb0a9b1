"""Tags of the review page: the marked text, and keys that make a request recognisable."""

import uuid

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from annotations.choices import SpanRole
from annotations.highlighting import Segment
from annotations.queries.marked_text import Look, MarkedStretch

register = template.Library()

# With how many lines at most it is drawn that claims lie over each other.
MOST_LINES = 4


@register.simple_tag
def marked_text(marked: MarkedStretch) -> SafeString:
    """Render a stretch's segments. The text content of the result is the stretch's text, nothing more.

    Written here rather than as a template loop, since a page has hundreds of segments.
    """
    return mark_safe(  # noqa: S308 - each part is escaped by _segment
        "".join(_segment(segment, marked.looks) for segment in marked.segments)
    )


@register.simple_tag
def request_key() -> str:
    """Return a key for one form, so that a request sent twice is done once."""
    return uuid.uuid4().hex


def _segment(segment: Segment, looks: dict[int, Look]) -> str:
    if not segment.marks:
        return conditional_escape(segment.text)
    innermost = segment.marks[0]
    look = looks[innermost.claim_id]
    claim_ids = list(dict.fromkeys(mark.claim_id for mark in segment.marks))
    end = segment.start + len(segment.text)
    ends_content = any(mark.end == end and mark.role == SpanRole.CONTENT for mark in segment.marks)
    return format_html(
        '<mark class="mark-{} is-{} speaker-{}{}" data-claims="{}"{}>{}</mark>',
        innermost.role,
        look.state,
        look.colour,
        format_html(" over-{}", min(len(claim_ids), MOST_LINES)) if len(claim_ids) > 1 else "",
        " ".join(map(str, claim_ids)),
        format_html(' data-speaker="{}"', look.number) if ends_content and look.number else "",
        segment.text,
    )
