"""Tags of the review page: the marked text, and keys that make a request recognisable."""

import uuid

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from annotations.choices import SpanRole
from annotations.highlighting import Segment
from annotations.queries.review import Looks, MarkedParagraph

register = template.Library()


@register.simple_tag
def marked_text(paragraph: MarkedParagraph) -> SafeString:
    """Render a paragraph's segments. The text content of the result is the paragraph's text, nothing more.

    Written here rather than as a template loop, since a long article has tens of thousands of segments.
    """
    return mark_safe(  # noqa: S308 - each part is escaped by _segment
        "".join(_segment(segment, paragraph.looks) for segment in paragraph.segments)
    )


@register.simple_tag
def request_key() -> str:
    """Return a key for one form, so that a request sent twice is done once."""
    return uuid.uuid4().hex


def _segment(segment: Segment, looks: Looks) -> str:
    if not segment.marks:
        return conditional_escape(segment.text)
    innermost = segment.marks[0]
    colour, number = looks.speakers.get(innermost.claim_id, ("none", ""))
    end = segment.start + len(segment.text)
    ends_content = any(mark.end == end and mark.role == SpanRole.CONTENT for mark in segment.marks)
    return format_html(
        '<mark class="mark-{} is-{} speaker-{}" data-claims="{}"{}>{}</mark>',
        innermost.role,
        looks.states.get(innermost.claim_id, ""),
        colour,
        " ".join(str(mark.claim_id) for mark in segment.marks),
        format_html(' data-speaker="{}"', number) if ends_content and number else "",
        segment.text,
    )
