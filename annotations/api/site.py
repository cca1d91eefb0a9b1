"""The API as a whole: its nouns, its refusals and the document that describes it."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from annotations.api import articles, claims, sets, uploads
from annotations.api.refusals import refuse_in_sentences

api = NinjaAPI(
    title="Newsdesk",
    version="1",
    description="For the scripts of a desk. Every request has a header `Authorization: Bearer newsdesk_…`.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
refuse_in_sentences(api)
for module in (sets, articles, uploads, claims):
    api.add_router("", module.router)


@api.get("/openapi.json", include_in_schema=False, url_name="document")
def document(request: HttpRequest) -> Any:
    """Describe the API; it says nothing of this desk, so that anybody may read it."""
    return api.get_openapi_schema(path_prefix=request.path.removesuffix("openapi.json"))


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> JsonResponse:
    """Answer for every other address below the API's, so that a script always gets JSON."""
    return JsonResponse({"detail": "There is no such address. See openapi.json."}, status=404)


def _open(pattern: URLPattern) -> URLPattern:
    """Keep the middleware that asks for a log-in away: each address asks for a token itself."""
    pattern.callback.login_required = False  # type: ignore[attr-defined] # read by Django's middleware
    return pattern


# Beside the addresses of the nouns there is one of the library's own, which has nothing to show.
_views = [view for view in api.urls[0] if isinstance(view, URLPattern) and view.name != "api-root"]
urls = ([_open(view) for view in (*_views, path("<path:rest>", nowhere, name="nowhere"))], "api", "api")
