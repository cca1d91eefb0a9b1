"""The people page of admins, and everybody's own account page."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from annotations.choices import Role
from annotations.domain import log_ins, people
from annotations.domain.second_factor import reset_second_factor
from annotations.forms.people import ChangePasswordForm, InvitationForm, NameForm, RoleForm
from annotations.forms.tokens import TokenForm
from annotations.models import ApiToken, LogIn, User
from annotations.queries.audit import open_log_ins
from annotations.queries.effort import desk_counts_effort
from annotations.queries.people import people_of_the_desk
from annotations.queries.second_factor import second_factor_of
from annotations.queries.tokens import tokens_of
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.sessions import note_log_in
from newsdesk.proxies import client_address


@require_safe
@requires(Capability.ADMINISTER)
def people_list(request: DeskRequest) -> HttpResponse:
    """Show everybody at the desk and the form that invites somebody."""
    return _people_page(request)


@require_POST
@requires(Capability.ADMINISTER)
def person_invite(request: DeskRequest) -> HttpResponse:
    """Make an account and show the link with which its person sets the password."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people_page(request, form=form, status=422)
    try:
        person = people.invite_person(
            username=form.cleaned_data["username"],
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            by=request.user,
        )
    except people.UsernameTaken:
        form.add_error("username", "Somebody here has this username. Choose another.")
        return _people_page(request, form=form, status=422)
    return _show_link(request, person)


@require_POST
@requires(Capability.ADMINISTER)
def person_password_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a new link with which the person sets a password."""
    person = row_or_404(request, User.objects.all(), pk=pk)
    try:
        return _show_link(request, person)
    except people.Deactivated:
        messages.error(request, f"{person.display_name} is deactivated. Reactivate them first.")
        return redirect("annotations:people")


@require_POST
@requires(Capability.ADMINISTER)
def person_role(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    person = row_or_404(request, User.objects.all(), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles listed.")
        return redirect("annotations:people")
    role = form.cleaned_data["role"]
    return _change(
        request,
        lambda: people.change_role(person=person, role=role, by=request.user),
        f"{person.display_name} is now {role.label.lower()}.",
    )


@require_POST
@requires(Capability.ADMINISTER)
def person_second_factor_reset(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a person for no code any more, until they turn it on again."""
    person = row_or_404(request, User.objects.all(), pk=pk)
    return _change(
        request,
        lambda: reset_second_factor(person=person, by=request.user),
        f"{person.display_name} logs in with the password alone, until they turn a second factor on again.",
    )


@require_POST
@requires(Capability.ADMINISTER)
def person_deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Bar a person from the desk."""
    person = row_or_404(request, User.objects.all(), pk=pk)
    return _change(
        request,
        lambda: people.deactivate_person(person=person, by=request.user),
        f"{person.display_name} can no longer log in. What they did stays.",
    )


@require_POST
@requires(Capability.ADMINISTER)
def person_reactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    person = row_or_404(request, User.objects.all(), pk=pk)
    return _change(
        request,
        lambda: people.reactivate_person(person=person, by=request.user),
        f"{person.display_name} can log in again.",
    )


@require_safe
@requires(Capability.READ)
def account(request: DeskRequest) -> HttpResponse:
    """Show one's own name, the form for a new password, and where one is logged in."""
    return account_page(request)


@require_POST
@requires(Capability.READ)
def account_name(request: DeskRequest) -> HttpResponse:
    """Change one's own name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return account_page(request, name_form=form, status=422)
    people.change_name(name=form.cleaned_data["name"], by=request.user)
    messages.success(request, "Your name is changed.")
    return redirect("annotations:account")


@never_cache
@sensitive_post_parameters()
@require_POST
@requires(Capability.READ)
def account_password(request: DeskRequest) -> HttpResponse:
    """Change one's own password; this log-in goes on, one's others end."""
    form = ChangePasswordForm(request.POST, person=request.user)
    if not form.is_valid():
        return account_page(request, password_form=form, status=422)
    person = people.change_password(password=form.cleaned_data["password"], by=request.user)
    address = client_address(request)
    log_ins.end_other_log_ins(by=person, session_key=request.session.session_key, address=address)
    update_session_auth_hash(request, person)
    note_log_in(request, is_new=False)
    messages.success(request, "Your password is changed. Anywhere else you are logged out.")
    return redirect("annotations:account")


@require_POST
@requires(Capability.READ)
def log_in_end(request: DeskRequest, pk: int) -> HttpResponse:
    """End one of one's own log-ins; somebody else's is not there."""
    log_in = row_or_404(request, LogIn.objects.filter(person=request.user).select_related("person"), pk=pk)
    log_ins.end_log_in(log_in=log_in, by=request.user, address=client_address(request))
    messages.success(request, "That log-in has ended.")
    return redirect("annotations:account")


@require_POST
@requires(Capability.READ)
def log_ins_end_others(request: DeskRequest) -> HttpResponse:
    """End all of one's log-ins but this one."""
    log_ins.end_other_log_ins(
        by=request.user, session_key=request.session.session_key, address=client_address(request)
    )
    messages.success(request, "You are logged in here alone.")
    return redirect("annotations:account")


def _change(request: DeskRequest, change: Callable[[], object], done: str) -> HttpResponse:
    try:
        change()
    except people.OwnAccount:
        messages.error(
            request,
            "You can't do this to your own account. Ask another admin.",
        )
    except people.LastAdmin:
        messages.error(request, "The desk needs an active admin. Make somebody else admin first.")
    else:
        messages.success(request, done)
    return redirect("annotations:people")


def _show_link(request: DeskRequest, person: User) -> HttpResponse:
    person_part, token = people.make_password_link(person=person, by=request.user)
    path = reverse("annotations:invitation", args=[person_part, token])
    # No redirect: the link is shown once and kept nowhere, neither in a session nor in a cookie.
    return _people_page(request, invited=person, link=request.build_absolute_uri(path))


def _people_page(
    request: DeskRequest,
    *,
    form: InvitationForm | None = None,
    invited: User | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "people": people_of_the_desk(),
        "roles": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined] # a choice field
        "form": form or InvitationForm(initial={"role": Role.ANNOTATOR.value}),
        "desk_counts_effort": desk_counts_effort(),
        "invited": invited,
        "link": link,
    }
    return render(request, "annotations/people.html", context, status=status)


def account_page(
    request: DeskRequest,
    *,
    name_form: NameForm | None = None,
    password_form: ChangePasswordForm | None = None,
    token_form: TokenForm | None = None,
    made: tuple[ApiToken, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the account page; `made` is a token with its secret, which is shown this once."""
    context = {
        "name_form": name_form or NameForm(initial={"name": request.user.get_full_name()}),
        "password_form": password_form or ChangePasswordForm(person=request.user),
        "desk_counts_effort": desk_counts_effort(),
        "second_factor": second_factor_of(request.user),
        "log_ins": open_log_ins(request.user),
        "tokens": tokens_of(request.user),
        "token_form": token_form or TokenForm(),
        "made": made,
    }
    return render(request, "annotations/account.html", context, status=status)
