"""Forms of the room. What a row may hold its model says; a form only reads what people type."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.limits import MAX_BUFFER_MINUTES, MAX_VISIT_MINUTES
from bookings.models import Resource, Service, Specialist
from bookings.models.names import LONGEST_NAME
from bookings.operations.setup import CellValues, RoomValues, ServiceValues, SpecialistValues
from botbackend.lib.languages import LANGUAGES
from botbackend.office.amounts import MoneyField
from botbackend.office.asked import DAY_FORMAT, DayField
from projects.models import Project

_FIGURES = {"inputmode": "numeric"}


def minutes_field(
    label: Any, *, most: int, least: int = 0, required: bool = True, **options: Any
) -> forms.IntegerField:
    """Return a field of whole minutes."""
    widget = forms.TextInput(attrs={**_FIGURES, "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, widget=widget, **options
    )


class TeamForm(forms.Form):
    """Takes the mistakes that an operation names, and knows what others stored meanwhile."""

    stored: Mapping[str, Any] = {}

    def refuse(self, mistakes: Mapping[str, Sequence[str]]) -> None:
        """Put each mistake to its field; what belongs to none stands above the form."""
        for name, messages in mistakes.items():
            at = name if name in self.fields else self.field_of(name)
            for message in messages:
                self.add_error(at, _(message))

    def field_of(self, name: str) -> str | None:
        """Return the field of a column that is called otherwise here."""
        return None

    def probe(self, row: Model) -> None:
        """Say beside what could not even be read what the model says of the rest: all mistakes at once."""
        typed = {**self.cleaned_data, **self.columns()}
        columns = {column.name for column in row._meta.concrete_fields}
        for name in columns & typed.keys():
            setattr(row, name, typed[name])
        unread = [name for name in columns if name not in typed]
        try:
            row.full_clean(exclude=unread, validate_constraints=False)
        except ValidationError as error:
            said = error.message_dict
            self.refuse({name: messages for name, messages in said.items() if name not in self.errors})

    def columns(self) -> dict[str, Any]:
        """Return columns that are put together of several fields."""
        return {}


class NamedForm(TeamForm):
    """A name, and what clients of each language read instead of it."""

    name = forms.CharField(
        label=gettext_lazy("Name or title"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = dict(settings.LANGUAGES)
        for code in LANGUAGES:
            widget = forms.TextInput(attrs={"lang": code})
            self.fields[f"names_{code}"] = forms.CharField(
                label=titles.get(code, code), max_length=LONGEST_NAME, required=False, widget=widget
            )

    def field_of(self, name: str) -> str | None:
        """All other names are one column: its mistake stands at the first of them that was typed."""
        if name != "names":
            return None
        typed = [f"names_{code}" for code in LANGUAGES if self.cleaned_data.get(f"names_{code}")]
        return typed[0] if typed else None

    def columns(self) -> dict[str, Any]:
        """The names are one column."""
        return {"names": self.names()}

    def name_fields(self) -> list[forms.BoundField]:
        """Return the fields of the languages."""
        return [self[f"names_{code}"] for code in LANGUAGES]

    def names(self) -> dict[str, str]:
        """Return the names by language; an empty line is none."""
        found = {code: self.cleaned_data.get(f"names_{code}", "").strip() for code in LANGUAGES}
        return {code: name for code, name in found.items() if name}


def names_initial(row: Specialist | Service) -> dict[str, str]:
    """Return what the fields of the languages begin with."""
    return {f"names_{code}": row.names.get(code, "") for code in LANGUAGES}


class SpecialistForm(NamedForm):
    """What a specialist is called, and from which day they work: whoever is added begins today."""

    works_since = DayField(
        label=gettext_lazy("Works since"),
        required=False,
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY_FORMAT),
        help_text=gettext_lazy("Nobody is booked before, and figures count working time from here."),
    )
    field_order = ("name", "works_since")

    def __init__(self, *args: Any, salon: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @staticmethod
    def initial_of(row: Specialist) -> dict[str, Any]:
        """Return what the form of a row begins with."""
        return {"name": row.name, "works_since": row.works_since, **names_initial(row)}

    def values(self) -> SpecialistValues:
        """Return what the operation stores."""
        return SpecialistValues(self.cleaned_data["name"], self.names(), self.cleaned_data["works_since"])


class PriceForm(TeamForm):
    """A price: an amount, or where it begins and perhaps where it ends."""

    duration_minutes = minutes_field(gettext_lazy("Minutes"), most=MAX_VISIT_MINUTES, least=1, required=False)
    price = MoneyField(label=gettext_lazy("Price"))
    price_from = forms.BooleanField(label=gettext_lazy("The price begins here (“from”)"), required=False)
    price_to = MoneyField(label=gettext_lazy("Price, at most"))

    def priced(self) -> dict[str, Any]:
        """Return the columns of the price."""
        return {name: self.cleaned_data[name] for name in ("price", "price_from", "price_to")}


class ServiceForm(NamedForm, PriceForm):
    """Everything about a service."""

    field_order = ("name", "duration_minutes", "price", "price_from", "price_to")

    duration_minutes = minutes_field(gettext_lazy("Minutes"), most=MAX_VISIT_MINUTES, least=1)
    buffer_before = minutes_field(
        gettext_lazy("Minutes kept free before"), most=MAX_BUFFER_MINUTES, initial=0
    )
    buffer_after = minutes_field(gettext_lazy("Minutes kept free after"), most=MAX_BUFFER_MINUTES, initial=0)
    gap_start = minutes_field(gettext_lazy("Pause begins after … minutes"), most=MAX_VISIT_MINUTES, initial=0)
    gap_minutes = minutes_field(gettext_lazy("Minutes of the pause"), most=MAX_VISIT_MINUTES, initial=0)
    resource_kind = forms.CharField(
        label=gettext_lazy("Needs a room or chair of the kind"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, salon: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the service")

    @staticmethod
    def initial_of(row: Service) -> dict[str, Any]:
        """Return what the form of a row begins with."""
        plain = (
            "name", "duration_minutes", "price", "price_from", "price_to", "buffer_before", "buffer_after",
            "gap_start", "gap_minutes", "resource_kind",
        )  # fmt: skip
        return {**{name: getattr(row, name) for name in plain}, **names_initial(row)}

    def values(self) -> ServiceValues:
        """Return what the operation stores."""
        typed = self.cleaned_data
        plain = ("name", "duration_minutes", "buffer_before", "buffer_after", "gap_start", "gap_minutes")
        kind = {"resource_kind": typed["resource_kind"]}
        return ServiceValues(
            **{name: typed[name] for name in plain}, **self.priced(), **kind, names=self.names()
        )


class RoomForm(TeamForm):
    """A room or a chair."""

    name = forms.CharField(
        label=gettext_lazy("Name or title"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    kind = forms.CharField(
        label=gettext_lazy("Kind"),
        max_length=64,
        help_text=gettext_lazy("Services ask for a kind, such as “chair”; any free one of it is taken."),
        widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, salon: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @staticmethod
    def initial_of(row: Resource) -> dict[str, Any]:
        """Return what the form of a row begins with."""
        return {"name": row.name, "kind": row.kind}

    def values(self) -> RoomValues:
        """Return what the operation stores."""
        return RoomValues(self.cleaned_data["name"], self.cleaned_data["kind"])


class CellForm(PriceForm):
    """A cell of the table: empty fields are the service's own."""

    does = forms.BooleanField(label=gettext_lazy("Does this service"), required=False)

    def values(self) -> CellValues:
        """Return what the operation stores."""
        minutes = self.cleaned_data["duration_minutes"]
        return CellValues(self.cleaned_data["does"], minutes, **self.priced())
