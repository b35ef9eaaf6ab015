"""Forms of the admin: a row stays in its project, a secret is replaced and never read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

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


class SecretForm(ProjectForm):
    """Secrets can be replaced here and never read: an empty field keeps what is stored."""

    secrets: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            if name in self.fields:  # a page that only shows has none of them
                is_stored = bool(self.initial.pop(name, ""))
                self.fields[name] = forms.CharField(
                    required=False,
                    widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                    help_text="Stored; type to replace it." if is_stored else "Not set.",
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.secrets:
            cleaned[name] = cleaned.get(name) or getattr(self.instance, name)
        return cleaned
