"""Tags for the rows of lists: days and numbers, which Django's own filters read a format for each time."""

from datetime import date

from django import template
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def day(on: date) -> SafeString:
    """Return the day for people and for machines: "2 Jan 2024"."""
    words = f"{on.day} {MONTHS_3[on.month].title()} {on.year:04}"
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.filter
def grouped(number: int) -> str:
    """Return the number with its thousands apart: "12,000"."""
    return f"{number:,}"
