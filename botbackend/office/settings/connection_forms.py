"""Forms of the connections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from botbackend.office.settings.stored import StoredForm
from projects.models import Project
from sheets.addresses import spreadsheet_id_in


class SendPulseForm(StoredForm):
    """Which bot is the salon's and what opens its account; an empty key stays as it is."""

    shows = ("bot_id",)
    paths = {
        "sendpulse.bot_id": "bot_id",
        "sendpulse.client_id": "client_id",
        "sendpulse.client_secret": "client_secret",
    }

    bot_id = forms.CharField(
        label=_("Bot id"),
        max_length=64,
        required=False,
        help_text=_(
            "24 letters and digits: in SendPulse open the bot, then look at the address of the page."
        ),
    )
    client_id = forms.CharField(
        label=_("API id"), max_length=200, required=False, help_text=_("Empty: it stays as it is.")
    )
    client_secret = forms.CharField(
        label=_("API secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("SendPulse: account settings, API. Empty: it stays as it is."),
    )

    def document(self) -> dict[str, Any]:
        typed = {name: text.strip() for name, text in self.cleaned_data.items()}
        given = {name: typed[name] for name in ("client_id", "client_secret") if typed[name]}
        return {"sendpulse": {"bot_id": typed["bot_id"], **given}}


class SheetForm(StoredForm):
    """Which spreadsheet shows the visits."""

    shows = ("google_sheet_id",)

    google_sheet_id = forms.CharField(
        label=_("Link of the spreadsheet"),
        max_length=2000,
        required=False,
        help_text=_("Paste the address of the page as it stands in the browser. Empty: no spreadsheet."),
    )

    def clean_google_sheet_id(self) -> str:
        """Take the id out of an address."""
        try:
            return spreadsheet_id_in(self.cleaned_data["google_sheet_id"])
        except ValueError as error:
            raise forms.ValidationError(
                _("This is no address of a spreadsheet. Open it in the browser and copy its whole address.")
            ) from error

    def document(self) -> dict[str, Any]:
        return {"google_sheet_id": self.cleaned_data["google_sheet_id"]}


class SecretForm(StoredForm):
    """A new secret in the address of the webhook."""

    shows = ("webhook_key",)

    def __init__(self, salon: Project, data: Any = None, *, secret: str = "") -> None:
        super().__init__(salon, data)
        self.secret = secret

    def document(self) -> dict[str, Any]:
        return {"sendpulse": {"webhook_secret": self.secret}}
