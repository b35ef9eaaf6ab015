"""Forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

_LONG_ENOUGH = _("At least 12 characters, and no word that others use, too.")
_AGAIN = _("The password once more")
_TWO = _("These are two different passwords.")
_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
LONGEST_CODE = 40


class SignInForm(AdminAuthenticationForm):
    """The door: only people who work here come in."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("The e-mail or the password is wrong. Capitals count in the password."),
        "inactive": _("The e-mail or the password is wrong. Capitals count in the password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Your e-mail")
        self.fields["password"].label = _("Password")


class CodeForm(forms.Form):
    """The second step."""

    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("Six figures from your app, or one of your recovery codes."),
    )


class NewAppForm(forms.Form):
    """The code that shows that an app has taken the secret."""

    new = forms.CharField(
        label=_("Code that the app shows now"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
        help_text=_("Six figures; they change every half minute."),
    )


class FirstAppForm(NewAppForm):
    """The same with the password: a session that was left open, or stolen, gets no app of somebody else's."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Take only the person's own."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class AnotherAppForm(NewAppForm):
    """The same for somebody who has an app already."""

    code = forms.CharField(
        label=_("Code of the app that you have now"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("Or one of your recovery codes."),
    )
    field_order = ["code", "new"]


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


def _name(form: forms.Form) -> None:
    first, again = form.fields["new_password1"], form.fields["new_password2"]
    first.label, first.help_text = _("New password"), _LONG_ENOUGH
    again.label, again.help_text = _AGAIN, ""


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password for whoever has a link."""

    error_messages = {**SetPasswordForm.error_messages, "password_mismatch": _TWO}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)


class OtherPasswordForm(PasswordChangeForm):
    """A new password for whoever knows the old one."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_mismatch": _TWO,
        "password_incorrect": _("This is not your password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("The password until now")
        _name(self)
