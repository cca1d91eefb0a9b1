"""Logging in and out, and the two links that let somebody in for the first time.

These are the only pages of the desk that strangers see.
"""

from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import login, logout, user_login_failed
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotations.choices import AuditEvent
from annotations.domain import audit, log_ins
from annotations.domain.people import (
    AccountsExist,
    LinkSpent,
    create_first_account,
    is_first_account_token,
    person_of_link,
    set_password_by_link,
)
from annotations.domain.second_factor import WrongCode, check_code
from annotations.forms.people import CodeForm, FirstAccountForm, LogInForm, NewPasswordForm
from annotations.models import User
from annotations.queries.people import desk_has_accounts, log_in_locked_until
from annotations.queries.second_factor import has_second_factor
from annotations.views.access import Capability, DeskRequest, requires
from newsdesk.proxies import client_address

# Passwords are checked by this backend; the other one listed in the settings only counts failures.
BACKEND = "django.contrib.auth.backends.ModelBackend"
# How long after the password the code is taken, and under which name the session holds who is asked for it.
CODE_WITHIN = timedelta(minutes=10)
_ASKED = "asked_for_a_code"


class LogInView(LoginView):
    """The log-in page. Without an account it says where the link for the first one is."""

    template_name = "annotations/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True
    extra_context = {"desk_has_accounts": desk_has_accounts}  # noqa: RUF012 - Django's own way to name it

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in, or ask for a code first."""
        return _let_in(self.request, form.get_user(), go_on=self.get_success_url())

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again, with the status that tells scripts of the failure as well."""
        audit.note_failed_log_in(
            username=form.cleaned_data.get("username", ""), address=client_address(self.request)
        )
        return self.render_to_response(self.get_context_data(form=form), status=422)


# As with the other views: Django's own would take a PUT for a POST.
log_in = require_http_methods(["GET", "HEAD", "POST"])(LogInView.as_view())


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a log-in after too many failures; django-axes calls it by its name in the settings."""
    username = (credentials or {}).get("username") or ""
    address = request.axes_ip_address  # type: ignore[attr-defined] # set by django-axes
    audit.note_failed_log_in(username=username, address=address, is_locked=True)
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
    audit.note(AuditEvent.LOGGED_OUT, by=request.user, address=client_address(request))
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


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def log_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code that a second factor asks for, from somebody whose password was right."""
    person = _person_asked_for_a_code(request)
    if person is None:
        return render(request, "annotations/log_in_code.html", {"form": None}, status=410)
    form = CodeForm(request.POST or None)
    credentials = {"username": person.get_username()}
    if not form.is_valid():
        return render(
            request, "annotations/log_in_code.html", {"form": form}, status=422 if form.is_bound else 200
        )
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, HttpResponse(), credentials)
    try:
        check_code(person=person, code=form.cleaned_data["code"])
    except WrongCode:
        audit.note(
            AuditEvent.LOG_IN_FAILED, person=person, address=client_address(request), detail="Wrong code"
        )
        # Counted as a wrong password is, and by django-axes answered with the lock after too many.
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.add_error("code", "This code is wrong, or was used before. Wait for the next one and type that.")
        return render(request, "annotations/log_in_code.html", {"form": form}, status=422)
    return _start(request, person, go_on=request.session[_ASKED]["go_on"])


def _let_in(request: HttpRequest, person: User, *, go_on: str = "") -> HttpResponse:
    """Log in whom a password has shown to be that person, or where a second factor is on ask for its code."""
    go_on = go_on or resolve_url(settings.LOGIN_REDIRECT_URL)
    if not has_second_factor(person):
        return _start(request, person, go_on=go_on)
    request.session[_ASKED] = {
        "person": person.pk,
        # Another password in the meantime ends this.
        "hash": person.get_session_auth_hash(),
        "until": (timezone.now() + CODE_WITHIN).timestamp(),
        "go_on": go_on,
    }
    return redirect("annotations:log-in-code")


def _start(request: HttpRequest, person: User, *, go_on: str) -> HttpResponse:
    request.session.pop(_ASKED, None)
    login(request, person, backend=BACKEND)
    note_log_in(request)
    return redirect(go_on)


def _person_asked_for_a_code(request: HttpRequest) -> User | None:
    asked = request.session.get(_ASKED)
    if not asked or asked["until"] < timezone.now().timestamp():
        return None
    person = User.objects.filter(pk=asked["person"], is_active=True).first()
    if person is None or not constant_time_compare(asked["hash"], person.get_session_auth_hash()):
        return None
    return person


def note_log_in(request: HttpRequest, *, is_new: bool = True) -> None:
    """Note the log-in that this request starts, or goes on with under another session."""
    if not isinstance(request.user, User):
        return
    if request.session.session_key is None:
        request.session.save()
    noting = log_ins.start_log_in if is_new else log_ins.keep_log_in
    noting(
        by=request.user,
        session_key=str(request.session.session_key),
        address=client_address(request),
        browser=request.headers.get("User-Agent", ""),
    )
