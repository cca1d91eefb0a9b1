"""Logging in and out, and the two links that let somebody in for the first time.

These are the only pages of the desk that strangers see.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotations.domain.people import (
    AccountsExist,
    LinkSpent,
    create_first_account,
    is_first_account_token,
    person_of_link,
    set_password_by_link,
)
from annotations.forms.people import FirstAccountForm, LogInForm, NewPasswordForm
from annotations.models import User
from annotations.queries.people import desk_has_accounts, log_in_locked_until
from annotations.views.access import Capability, DeskRequest, requires

# Passwords are checked by this backend; the other one listed in the settings only counts failures.
BACKEND = "django.contrib.auth.backends.ModelBackend"


class LogInView(LoginView):
    """The log-in page. Without an account it says where the link for the first one is."""

    template_name = "annotations/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True
    extra_context = {"desk_has_accounts": desk_has_accounts}  # noqa: RUF012 - Django's own way to name it

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again, with the status that tells scripts of the failure as well."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


log_in = LogInView.as_view()


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a log-in after too many failures; django-axes calls it by its name in the settings."""
    username = (credentials or {}).get("username") or ""
    address = request.axes_ip_address  # type: ignore[attr-defined] # set by django-axes
    until = log_in_locked_until(username=username, address=address)
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
    # The page shows whole minutes, so the next whole one.
    context = {"username": username, "until": until + timedelta(minutes=1)}
    answer = render(request, "annotations/locked_out.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


@require_POST
@requires(Capability.READ)
def log_out(request: DeskRequest) -> HttpResponse:
    """End the log-in."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_account(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first account from the link that is printed at the start."""
    if not is_first_account_token(token):
        raise Http404
    if desk_has_accounts():
        return render(request, "annotations/first_account.html", {"form": None}, status=410)
    form = FirstAccountForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "annotations/first_account.html", {"form": form}, status=status)
    try:
        person = create_first_account(
            username=form.cleaned_data["username"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
        )
    except AccountsExist:
        return render(request, "annotations/first_account.html", {"form": None}, status=410)
    return _let_in(request, person)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, person_part: str, token: str) -> HttpResponse:
    """Let somebody choose their password through a link that an admin made."""
    try:
        person = person_of_link(person_part=person_part, token=token)
        form = NewPasswordForm(request.POST or None, person=person)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            context = {"form": form, "person": person}
            return render(request, "annotations/invitation.html", context, status=status)
        person = set_password_by_link(
            person_part=person_part, token=token, password=form.cleaned_data["password"]
        )
    except LinkSpent:
        return render(request, "annotations/invitation.html", {"form": None}, status=410)
    return _let_in(request, person)


def _let_in(request: HttpRequest, person: User) -> HttpResponse:
    login(request, person, backend=BACKEND)
    return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
