"""A tag of lists: the day on which something was published."""

from datetime import date

from django import template
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def day(on: date) -> SafeString:
    """Return the day for people and for machines: "2 Jan 2024".

    Django's filter reads its format anew for each day, and twice for both, a quarter of the time of a list's
    row.
    """
    words = f"{on.day} {MONTHS_3[on.month].title()} {on.year:04}"
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)
