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
from annotations.domain import people
from annotations.forms.people import ChangePasswordForm, InvitationForm, NameForm, RoleForm
from annotations.models import User
from annotations.queries.people import people_of_the_desk
from annotations.views.access import Capability, DeskRequest, requires, row_or_404


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
    person = row_or_404(User.objects.all(), pk=pk)
    try:
        return _show_link(request, person)
    except people.Deactivated:
        messages.error(request, f"{person.display_name} is deactivated. Reactivate them first.")
        return redirect("annotations:people")


@require_POST
@requires(Capability.ADMINISTER)
def person_role(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    person = row_or_404(User.objects.all(), pk=pk)
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
def person_deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Bar a person from the desk."""
    person = row_or_404(User.objects.all(), pk=pk)
    return _change(
        request,
        lambda: people.deactivate_person(person=person, by=request.user),
        f"{person.display_name} can no longer log in. What they did stays.",
    )


@require_POST
@requires(Capability.ADMINISTER)
def person_reactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    person = row_or_404(User.objects.all(), pk=pk)
    return _change(
        request,
        lambda: people.reactivate_person(person=person, by=request.user),
        f"{person.display_name} can log in again.",
    )


@require_safe
@requires(Capability.READ)
def account(request: DeskRequest) -> HttpResponse:
    """Show one's own name and the form for a new password."""
    return _account_page(request)


@require_POST
@requires(Capability.READ)
def account_name(request: DeskRequest) -> HttpResponse:
    """Change one's own name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _account_page(request, name_form=form, status=422)
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
        return _account_page(request, password_form=form, status=422)
    person = people.change_password(password=form.cleaned_data["password"], by=request.user)
    update_session_auth_hash(request, person)
    messages.success(request, "Your password is changed. Anywhere else you are logged out.")
    return redirect("annotations:account")


def _change(request: DeskRequest, change: Callable[[], User], done: str) -> HttpResponse:
    try:
        change()
    except people.OwnAccount:
        messages.error(request, "You can't change your own role or deactivate yourself. Ask another admin.")
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
        "invited": invited,
        "link": link,
    }
    return render(request, "annotations/people.html", context, status=status)


def _account_page(
    request: DeskRequest,
    *,
    name_form: NameForm | None = None,
    password_form: ChangePasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "name_form": name_form or NameForm(initial={"name": request.user.get_full_name()}),
        "password_form": password_form or ChangePasswordForm(person=request.user),
    }
    return render(request, "annotations/account.html", context, status=status)
