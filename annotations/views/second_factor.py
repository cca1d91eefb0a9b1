"""One's own second factor: turning it on with an authenticator app, recovery codes, turning it off."""

import io
from collections.abc import Callable

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.domain import log_ins, second_factor
from annotations.forms.people import SecondFactorForm
from annotations.queries.second_factor import begun_app_of, second_factor_of, secret_of
from annotations.views.access import Capability, DeskRequest, requires
from newsdesk.proxies import client_address

PAGE = "annotations/second_factor.html"
WRONG = "This code is wrong, or was used before. Wait for the next one and type that."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.READ)
def own_second_factor(request: DeskRequest) -> HttpResponse:
    """Show how to turn it on or what is on; a POST makes a new secret to turn on."""
    if request.method == "POST":
        try:
            second_factor.begin_second_factor(by=request.user)
        except second_factor.AlreadyOn:
            messages.error(request, "A second factor is on. Turn it off before you set up another app.")
        return redirect("annotations:second-factor")
    return _page(request)


@never_cache
@require_safe
@requires(Capability.READ)
def second_factor_image(request: DeskRequest) -> HttpResponse:
    """Show the secret that is to be turned on as a QR code; one that is on is shown to nobody."""
    app = begun_app_of(request.user)
    if app is None:
        raise Http404
    image = io.BytesIO()
    # Black on white whatever the page's colours: that is what every camera reads.
    segno.make_qr(app.config_url).save(image, kind="svg", scale=5, light="white")
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Capability.READ)
def second_factor_on(request: DeskRequest) -> HttpResponse:
    """Turn it on with a first code, end one's log-ins elsewhere, and show the recovery codes."""

    def turn_on(code: str) -> HttpResponse:
        codes = second_factor.turn_on_second_factor(code=code, by=request.user)
        log_ins.end_other_log_ins(
            by=request.user, session_key=request.session.session_key, address=client_address(request)
        )
        return _page(request, codes=codes)

    return _with_code(request, turn_on)


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Capability.READ)
def second_factor_codes(request: DeskRequest) -> HttpResponse:
    """Make new recovery codes and show them."""
    return _with_code(
        request,
        lambda code: _page(request, codes=second_factor.new_recovery_codes(code=code, by=request.user)),
    )


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Capability.READ)
def second_factor_off(request: DeskRequest) -> HttpResponse:
    """Turn it off."""

    def turn_off(code: str) -> HttpResponse:
        second_factor.turn_off_second_factor(code=code, by=request.user)
        messages.success(request, "Your second factor is off: your password alone logs you in.")
        return redirect("annotations:account")

    return _with_code(request, turn_off)


def _with_code(request: DeskRequest, act: Callable[[str], HttpResponse]) -> HttpResponse:
    """Act with the code where password and code are right, else show the page with what is wrong."""
    form = SecondFactorForm(request.POST, person=request.user)
    if form.is_valid():
        try:
            return act(form.cleaned_data["code"])
        except second_factor.WrongCode:
            form.add_error("code", WRONG)
    return _page(request, form=form, status=422)


def _page(
    request: DeskRequest,
    *,
    form: SecondFactorForm | None = None,
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    app = begun_app_of(request.user)
    context = {
        "on": second_factor_of(request.user),
        "secret": secret_of(app) if app else "",
        "form": form or SecondFactorForm(person=request.user),
        "codes": codes,
    }
    return render(request, PAGE, context, status=status)
