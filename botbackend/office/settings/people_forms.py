"""Forms of people and of programs."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.models import Specialist
from botbackend.lib.text import shown
from projects.models import ApiKey, Membership, Project

Role = Membership.Role
LONGEST_USERNAME = 150
LONGEST_EMAIL = 240  # what stands in a header of mail takes some more, and the column has 254


class _RoleForm(forms.Form):
    """A role; who is a specialist needs to be told whose calendar it is."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)
    specialist = forms.ModelChoiceField(
        queryset=Specialist.objects.none(),
        label=_("Whose calendar"),
        required=False,
        empty_label=_("– only for specialists –"),
        help_text=_("A specialist sees this calendar and nothing else."),
    )

    def __init__(self, salon: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["specialist"]
        field.queryset = Specialist.objects.filter(project=salon, is_active=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_open = not cleaned.get("specialist") and "specialist" not in self.errors
        if cleaned.get("role") == Role.SPECIALIST and is_open:
            self.add_error("specialist", _("Choose whose calendar it is."))
        return cleaned


class InviteForm(_RoleForm):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=LONGEST_EMAIL,
        required=False,
        help_text=_("Where to send the link; you can also copy it."),
    )


class RoleForm(_RoleForm):
    """Another role for a colleague."""


class KeyForm(forms.Form):
    """A new key for a program."""

    label = forms.CharField(
        label=_("What it is for"), max_length=100, help_text=_("Such as: website, accounting.")
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(ApiKey.Scope.READ, _("only read")), (ApiKey.Scope.WRITE, _("read and change"))],
        initial=ApiKey.Scope.READ,
    )


class AccountForm(forms.Form):
    """Who opens an invitation and has no account yet: a name, a login, a password."""

    first_name = forms.CharField(label=_("Your name"), max_length=150)
    username = forms.EmailField(
        label=_("Your e-mail"),
        max_length=LONGEST_USERNAME,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters, and no word that others use, too."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_first_name(self) -> str:
        """Take only a name that shows something."""
        try:
            return shown(self.cleaned_data["first_name"], longest=150)
        except ValueError as error:
            raise ValidationError(_("Write a name that can be read.")) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("These are two different passwords."))
        if password:
            known = User(username=cleaned.get("username", ""), first_name=cleaned.get("first_name", ""))
            try:
                validate_password(password, known)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
