"""How the API refuses: always a status and one sentence, whatever went wrong."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from annotations.api.shapes import Problem
from annotations.exports.cutting import SpanOutsideText

_ANY = {401: Problem, 403: Problem, 429: Problem}
READ_REFUSED: dict[Any, Any] = {**_ANY}
LIST_REFUSED: dict[Any, Any] = {**_ANY, 422: Problem}
ROW_REFUSED: dict[Any, Any] = {**_ANY, 404: Problem, 422: Problem}
WRITE_REFUSED: dict[Any, Any] = {**_ANY, 400: Problem, 413: Problem, 422: Problem, 507: Problem}


def refuse_in_sentences(api: NinjaAPI) -> None:
    """Give the API its answers to what can go wrong."""

    def answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
        return api.create_response(request, {"detail": detail}, status=status)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        response = answer(request, error.status_code, str(error))
        if isinstance(error, Throttled):
            response["Retry-After"] = str(error.wait)
        if error.status_code == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, 422, " ".join(_sentence(one) for one in error.errors))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, 404, "There is no such row, or you may not see it.")

    @api.exception_handler(SpanOutsideText)
    def broken(request: HttpRequest, error: SpanOutsideText) -> HttpResponse:
        return answer(request, 409, str(error))

    @api.exception_handler(SuspiciousOperation)
    def too_much(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return answer(request, 413, "The request is too large, or has too many parts: send less at a time.")

    @api.exception_handler(MultiPartParserError)
    def garbled(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
        return answer(request, 400, "The body is no multipart/form-data.")

    @api.exception_handler(UnreadablePostError)
    def cut_off(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
        return answer(request, 400, "The body did not arrive as a whole.")


def _sentence(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"][1:] if part not in {"payload"}) or "body"
    return f"{place}: {error['msg']}."
