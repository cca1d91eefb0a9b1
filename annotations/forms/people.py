"""Forms about people: names, roles, and passwords typed twice."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.views.decorators.debug import sensitive_variables

from annotations.choices import Role
from annotations.forms.base import DeskForm
from annotations.models import User


class LogInForm(AuthenticationForm):
    """Username and password."""

    error_messages = {  # noqa: RUF012 - Django's own way to name them
        "invalid_login": "No active account has this username and password. Check both; capitals count.",
        "inactive": "No active account has this username and password. Check both; capitals count.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class UsernameField(forms.CharField):
    """A name to log in with: letters, digits and @ . + - _ only."""

    def __init__(self) -> None:
        super().__init__(
            label="Username",
            max_length=150,
            validators=[UnicodeUsernameValidator()],
            help_text="For logging in: letters, digits and @ . + - _ only.",
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )


class NameField(forms.CharField):
    """The name that colleagues see."""

    def __init__(self) -> None:
        super().__init__(
            label="Name",
            max_length=150,
            required=False,
            help_text="What colleagues see; without one they see the username.",
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )


class PasswordField(forms.CharField):
    """A password, kept exactly as it is typed."""

    def __init__(self, label: str, *, autocomplete: str, help_text: str = "") -> None:
        super().__init__(
            label=label,
            strip=False,
            max_length=4096,
            help_text=help_text,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        )


class NewPasswordForm(forms.Form):
    """A new password, typed twice and checked against the desk's rules."""

    password = PasswordField(
        "Password",
        autocomplete="new-password",
    )
    password_again = PasswordField("The same password again", autocomplete="new-password")

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        # Here and not with the field, whose texts are made before the settings' rules are loaded.
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))
        self._person = person or User()

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Report two passwords that differ, and one that is too easily guessed for this person."""
        values = super().clean() or self.cleaned_data
        first, second = values.get("password"), values.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", "The two passwords differ. Type the same one twice.")
        elif first:
            self._person.username = values.get("username", self._person.username)
            self._person.first_name = values.get("name", self._person.first_name)
            try:
                validate_password(first, self._person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


class FirstAccountForm(NewPasswordForm):
    """The first person of the desk."""

    username = UsernameField()
    name = NameField()

    field_order = ("username", "name", "password", "password_again")


class ChangePasswordForm(NewPasswordForm):
    """One's own new password, with the old one as proof."""

    old_password = PasswordField("Your password until now", autocomplete="current-password")

    field_order = ("old_password", "password", "password_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "New password"

    @sensitive_variables()
    def clean_old_password(self) -> str:
        """Report an old password that is not right."""
        old = str(self.cleaned_data["old_password"])
        if not self._person.check_password(old):
            raise forms.ValidationError("This is not your password until now. Type it again.")
        return old


class CodeField(forms.CharField):
    """A code of an authenticator app, or a recovery code."""

    def __init__(self, *, help_text: str) -> None:
        super().__init__(
            label="Code",
            max_length=40,
            help_text=help_text,
            widget=forms.TextInput(
                attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )


class CodeForm(DeskForm):
    """The second step of a log-in."""

    code = CodeField(help_text="The six digits that your authenticator app shows, or a recovery code.")


class SecondFactorForm(DeskForm):
    """One's password and a code, for whatever changes one's second factor."""

    password = PasswordField("Your password", autocomplete="current-password")
    code = CodeField(help_text="The six digits that your authenticator app shows.")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    @sensitive_variables()
    def clean_password(self) -> str:
        """Report a password that is not right."""
        password = str(self.cleaned_data["password"])
        if not self._person.check_password(password):
            raise forms.ValidationError("This is not your password. Type it again.")
        return password


class NameForm(forms.Form):
    """One's own name."""

    name = NameField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class CountingForm(forms.Form):
    """Whether seconds and keys are counted."""

    counts_effort = forms.BooleanField(required=False)


class RoleForm(forms.Form):
    """What a person may do."""

    role = forms.TypedChoiceField(choices=Role.pairs(), coerce=Role)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class InvitationForm(RoleForm):
    """Somebody new at the desk."""

    username = UsernameField()
    name = NameField()

    field_order = ("username", "name", "role")
