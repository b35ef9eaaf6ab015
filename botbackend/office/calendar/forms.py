"""What people type in the room; every mistake is named at its field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.catalogue import Catalogue
from bookings.errors import InvalidRequest
from bookings.limits import MAX_ITEMS, MAX_NOTE
from bookings.models import Client
from bookings.models.clients import name_index
from bookings.operations.apart import clients_with_phone
from botbackend.lib.phones import InvalidPhone, e164
from botbackend.lib.text import canonical
from botbackend.office.asked import DayField, TimeOfDayField
from botbackend.office.calendar.panels import Visit
from botbackend.office.calendar.selectors import start_of
from botbackend.office.desk import Desk
from projects.models import Project

LONGEST_REASON = 500
LONGEST_LETTER = 3000


def is_phone(text: str, *, country: str) -> bool:
    """Can the salon dial what was typed?"""
    try:
        return bool(e164(text, country=country))
    except InvalidPhone:
        return False


def client_numbered(salon: Project, number: int) -> Client | None:
    """Return the salon's client; for one who turned out to be another, that one."""
    row = Client.objects.select_related("merged_into").filter(project=salon, pk=number).first()
    return row and (row.merged_into or row)


class TimedForm(forms.Form):
    """A form with a moment on the salon's clock; a reason counts only together with `on_top`."""

    day = DayField(label=_("Date"))
    time = TimeOfDayField(label=_("Time"))
    specialist = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=_("Specialist"))
    on_top = forms.BooleanField(required=False)
    overbook_reason = forms.CharField(required=False, max_length=LONGEST_REASON, label=_("Why all the same"))
    tell = forms.BooleanField(required=False, label=_("Tell the client"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def clean(self) -> dict[str, Any]:
        """Add `start`, the moment that was typed."""
        cleaned = super().clean() or {}
        if cleaned.get("day") and cleaned.get("time"):
            try:
                cleaned["start"] = start_of(self.desk, datetime.combine(cleaned["day"], cleaned["time"]))
            except InvalidRequest:
                self.add_error("time", _("The clock skips this time on that date."))
        return reasoned(self, cleaned)


def reasoned(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Ask for the reason where something is to go where it does not fit; else there is none."""
    if not cleaned.get("on_top"):
        cleaned["overbook_reason"] = ""
    elif not cleaned.get("overbook_reason") and "overbook_reason" not in form.errors:
        form.add_error("overbook_reason", _("Write why: it is kept with the visit."))
    return cleaned


class VisitForm(TimedForm):
    """A new visit: who comes, for what, when and to whom."""

    client = forms.IntegerField(required=False)
    name = forms.CharField(required=False, max_length=200, label=_("Name"))
    phone = forms.CharField(required=False, max_length=40, label=_("Phone"))
    another = forms.BooleanField(required=False)
    services = forms.TypedMultipleChoiceField(
        coerce=int, label=_("Services"), error_messages={"required": _("Choose at least one service.")}
    )
    note = forms.CharField(required=False, max_length=MAX_NOTE, label=_("Note"))
    key = forms.RegexField(r"^[0-9a-f]{32}$", label="key")
    auto = DayField(required=False)

    def __init__(self, desk: Desk, catalogue: Catalogue, *args: Any, **kwargs: Any) -> None:
        super().__init__(desk, *args, **kwargs)
        choices: Any = self.fields["services"]
        choices.choices = [(one.id, one.name) for one in catalogue.services]
        people: Any = self.fields["specialist"]
        people.choices = [("", ""), *((one.id, one.name) for one in catalogue.specialists)]
        self.known: Client | None = None

    def clean_services(self) -> list[int]:
        """Refuse more than a visit can have."""
        chosen: list[int] = self.cleaned_data["services"]
        if len(chosen) > MAX_ITEMS:
            raise forms.ValidationError(_("A visit has at most %(most)s services.") % {"most": MAX_ITEMS})
        return chosen

    def clean_client(self) -> int | None:
        """Take only a client of the salon."""
        number: int | None = self.cleaned_data["client"]
        if number is not None:
            self.known = client_numbered(self.desk.salon, number)
            if self.known is None:
                raise forms.ValidationError(_("This client is not there any more."))
        return number

    def clean_phone(self) -> str:
        """Bring the phone into its one form."""
        try:
            return e164(self.cleaned_data["phone"], country=self.desk.salon.home_country)
        except InvalidPhone as error:
            raise forms.ValidationError(_("This is no phone number.")) from error

    def clean(self) -> dict[str, Any]:
        """Ask for somebody who comes."""
        cleaned = super().clean()
        somebody = self.known or cleaned.get("name", "").strip() or cleaned.get("phone")
        if not somebody and not {"client", "phone"} & self.errors.keys():
            self.add_error("name", _("Write a name or a phone, or choose a client."))
        if cleaned.get("another") and not self.known and not canonical(cleaned.get("name", "")):
            self.add_error("name", _("Write the name: by the phone alone two people cannot be told apart."))
        return cleaned

    def sharing(self) -> list[Client]:
        """Return who has the phone, where somebody has to say whether one of them comes."""
        wish = self.cleaned_data
        if self.known is not None or wish["another"] or not wish["phone"]:
            return []
        found = clients_with_phone(project=self.desk.salon, phone=wish["phone"])
        name = name_index(wish["name"]) if canonical(wish["name"]) else ""
        is_plain = any(not one.contact_id and (not name or one.name_index in ("", name)) for one in found)
        return [] if is_plain else found


class MoveForm(TimedForm):
    """Another time, other specialists or both; `edition` is the visit as it was shown.

    A visit of several services has a field for the specialist of each. Who does not do a service can be
    chosen all the same: the operation refuses it by name, and nobody takes their place in silence.
    """

    edition = forms.CharField(max_length=64)

    def __init__(self, visit: Visit, people: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(visit.desk, *args, **kwargs)
        self.visit = visit
        names = [name_of(row.pk) for row in visit.live] if len(visit.live) > 1 else []
        for name in names:
            self.fields[name] = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
        for name in ("specialist", *names):
            field: Any = self.fields[name]
            field.choices = [("", ""), *people]

    def clean(self) -> dict[str, Any]:
        """Add `specialists`, by the number of each row."""
        cleaned = super().clean()
        cleaned["specialists"] = specialists_of(self.visit, cleaned)
        return cleaned


def name_of(pk: int) -> str:
    """Return what the field with the specialist of a row is called."""
    return f"who-{pk}"


def specialists_of(visit: Visit, chosen: Mapping[str, Any]) -> dict[int, int]:
    """Return who is to do each service, by row.

    Where only one is named, as a drag does it, all that are with the opened row's specialist go there.
    """
    whose, one = visit.lead.specialist_id, chosen.get("specialist")
    found = {}
    for row in visit.live:
        both = one if one and row.specialist_id == whose else row.specialist_id
        found[row.pk] = chosen.get(name_of(row.pk)) or both
    return found


class CancelForm(forms.Form):
    """Why, and whether the client is told."""

    edition = forms.CharField(max_length=64)
    reason = forms.CharField(required=False, max_length=LONGEST_REASON, label=_("Reason"))
    tell = forms.BooleanField(required=False)


class LetterForm(forms.Form):
    """What a client is told of a visit that cannot be as it stands; or that somebody called."""

    edition = forms.CharField(max_length=64)
    text = forms.CharField(required=False, max_length=LONGEST_LETTER, label=_("Message"))
    called = forms.BooleanField(required=False)
    in_panel = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the words of what is sent."""
        cleaned = super().clean() or {}
        if not cleaned.get("called") and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what the client is to read."))
        return cleaned


class RestoreForm(forms.Form):
    """Is the client told that the visit is back?"""

    edition = forms.CharField(max_length=64)
    tell = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """What the client asks for, a remark a line, in the place of what stood there."""

    edition = forms.CharField(max_length=64)
    note = forms.CharField(required=False, max_length=MAX_NOTE, label=_("Note"))


class StaffNoteForm(forms.Form):
    """What colleagues tell each other about a visit; `seen` is when the note that was shown was written."""

    staff_note = forms.CharField(required=False, max_length=MAX_NOTE, label=_("Note of the team"))
    seen = forms.CharField(required=False, max_length=40)

    def clean_seen(self) -> datetime | None:
        """Return the moment; None where no note was shown."""
        text = self.cleaned_data["seen"]
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("Please try once more.")) from error


class ActForm(forms.Form):
    """One tap on a visit."""

    ACTS = ("arrived", "not_arrived", "completed", "no_show", "restored")
    edition = forms.CharField(max_length=64)
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
