"""The filters of a list as part of its address, so that pages, bookmarks and the back button keep them."""

from django.forms import Form

from annotations.views.access import DeskRequest


def filters_in_force(request: DeskRequest, form: Form) -> str:
    """Return what is asked for as a query string, without empty fields, defaults and the page."""
    kept = request.GET.copy()
    for name in list(kept):
        field = form.fields.get(name)
        if field is None or kept[name] in ("", field.initial):
            del kept[name]
    return kept.urlencode()
