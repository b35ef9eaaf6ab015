"""What people type about clients."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from bookings.models import Client
from bookings.operations import shown_mark
from botbackend.lib.errors import DomainError
from botbackend.lib.languages import LANGUAGES
from botbackend.office import refusals

MAX_NAME, MAX_PHONE, MAX_NOTES = 200, 40, 4000


def languages() -> list[tuple[str, str]]:
    """Return the languages that the bot speaks, by their names in the person's."""
    names = [(code, str(get_language_info(code)["name_translated"])) for code in LANGUAGES]
    return [("", gettext("Not known yet")), *names]


class RefusableForm(forms.Form):
    """A form whose operation has the last word: its mistakes are named at their fields."""

    def refuse(self, error: DomainError) -> None:
        """Show what the operation refused."""
        named = {path.rpartition(".")[2] for path in error.fields} & self.fields.keys()
        for name in named:
            self.add_error(name, self._said(name))
        if not named:
            self.add_error(None, refusals.told(error))

    def _said(self, name: str) -> str:
        said = {
            "phone": gettext("This is no phone number of the salon's country. Write it as +380501234567."),
            "language": gettext("The bot does not speak this language."),
        }
        return said.get(name, gettext("Write a name or a phone."))


class CardForm(RefusableForm):
    """Who the client is."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=MAX_PHONE, required=False)
    language = forms.ChoiceField(label=_("Language of the messages"), required=False, choices=languages)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    anyway = forms.BooleanField(label=_("This is another person"), required=False)
    field_order = ("name", "phone", "language", "notes", "seen", "anyway")
    EDITED: ClassVar[tuple[str, ...]] = ("name", "phone", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "card_%s", **kwargs})  # the notes of the page have theirs
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["phone"].widget.input_type = "tel"
        self.fields["phone"].widget.attrs |= {"autocomplete": "off", "inputmode": "tel"}

    @classmethod
    def of(cls, client: Client) -> "CardForm":
        """Return the form as it opens."""
        return cls(initial=shown(client, cls.EDITED))

    def given(self) -> dict[str, str]:
        """Return what is to be stored."""
        return {name: self.cleaned_data[name] for name in self.EDITED}


class NewClientForm(CardForm):
    """Somebody whom the salon does not know yet."""

    notes = forms.CharField(
        label=_("Notes"), max_length=MAX_NOTES, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    EDITED: ClassVar[tuple[str, ...]] = ("name", "phone", "language", "notes")


class NotesForm(RefusableForm):
    """What colleagues should know."""

    notes = forms.CharField(
        label=_("Notes"), max_length=MAX_NOTES, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ForgetForm(forms.Form):
    """Asks a second time: the person types the word."""

    word = forms.CharField(label=_("Type the word to confirm"), max_length=40)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["word"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "off"}

    def clean_word(self) -> str:
        """Take the word in any case."""
        word: str = self.cleaned_data["word"].strip()
        if word.casefold() != self.expected.casefold():
            raise forms.ValidationError(
                gettext("Type “%(word)s”, as it stands above."), params={"word": self.expected}
            )
        return word


def shown(client: Client, fields: Iterable[str]) -> dict[str, str]:
    """Return what a form shows of the client, with the mark by which a change meanwhile is noticed."""
    names = tuple(fields)
    return {**{name: getattr(client, name) for name in names}, "seen": shown_mark(client, names)}
