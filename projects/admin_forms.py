"""Forms of the admin: a row stays in its project, a secret is replaced and never read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from projects.access import project_of


class ProjectForm(forms.ModelForm[Any]):
    """Refuses a row that points into another project than its own."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        own = cleaned.get("project") or getattr(self.instance, "project", None)
        if own is None:
            return cleaned
        for name, value in list(cleaned.items()):
            if isinstance(value, Model) and name != "project":
                theirs = project_of(value)
                if theirs is not None and theirs != own.pk:
                    self.add_error(name, "This belongs to another project.")
        return cleaned

    def validate_unique(self) -> None:
        """Hold a row to the constraints that name its salon, too.

        The page of a stored row has no field for the salon, and Django passes over constraints that name what
        is no field of the form: the row would meet them as an error of the server. Rows inside another's page
        are held against one another by their formset.
        """
        super().validate_unique()
        if self.prefix is None and self.instance.pk is not None and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error)


class ShallowJSONField(forms.JSONField):
    """Takes a value that is nested beyond what Python reads for no JSON."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return initial


class StandingFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Rows inside another's page, held against one another as they would stand after saving.

    That takes in rows which somebody else added since the page was opened: they are in no form of it.
    """

    def standing(self) -> list[Any]:
        """Return the rows of the page without those that go, then those that are stored beside them."""
        going = self.deleted_forms
        rows = [form.instance for form in self.forms if form.cleaned_data and form not in going]
        if self.instance.pk is None:
            return rows
        mine = [form.instance.pk for form in self.forms if form.instance.pk is not None]
        model: Any = self.model
        beside = model._default_manager.filter(**{self.fk.name: self.instance})
        return [*rows, *beside.exclude(pk__in=mine)]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        model: Any = self.model
        for constraint in model._meta.total_unique_constraints:
            names = [name for name in constraint.fields if name != self.fk.name]
            keys = [tuple(getattr(row, name) for name in names) for row in self.standing()]
            twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
            if len(names) < len(constraint.fields) and twice:
                said = "; ".join(", ".join(map(str, key)) for key in twice)
                raise ValidationError(f"Only once each, and stored already: {said}.")


REMOVED: Any = object()  # what comes of a ticked box beside a secret


class SecretInput(forms.PasswordInput):
    """Never shows the value; beside it a box removes what is stored."""

    def __init__(self, *, is_stored: bool) -> None:
        super().__init__(attrs={"autocomplete": "new-password"})
        self.is_stored = is_stored

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = super().render(name, value, attrs, renderer)
        box = format_html('<label><input type="checkbox" name="{}-remove"> {}</label>', name, _("Remove"))
        return format_html("{} {}", typed, box) if self.is_stored else typed

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return REMOVED if not typed and data.get(f"{name}-remove") else typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-remove" not in data and super().value_omitted_from_data(data, files, name)


class SecretField(forms.CharField):
    """A text, or that there shall be none."""

    def __init__(self, *, is_stored: bool) -> None:
        says = _("Stored; type to replace it.") if is_stored else _("Not set.")
        super().__init__(required=False, widget=SecretInput(is_stored=is_stored), help_text=says)

    def clean(self, value: Any) -> Any:
        return value if value is REMOVED else super().clean(value)


class SecretForm(ProjectForm):
    """Secrets can be replaced or removed here, and never read: an empty field keeps what is stored."""

    secrets: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            if name in self.fields:  # a page that only shows has none of them
                self.fields[name] = SecretField(is_stored=bool(self.initial.pop(name, "")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.secrets:
            typed = cleaned.get(name)
            cleaned[name] = "" if typed is REMOVED else typed or getattr(self.instance, name)
        return cleaned
