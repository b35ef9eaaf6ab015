"""Saving a page of the admin while others save too: no change is lost, no conflict is an error of the server.

- The salon is locked before anything is read, as its configuration does it: what a form checks holds until
  the end of the transaction.
- A page carries digests of what it showed. Who would save over what somebody else changed is told first.
- What the database refuses all the same is said by the form, also what it checks at the end of a transaction.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

from projects.seen import digest

SEEN = "_seen"
CHANGED = (
    "Somebody else changed this page meanwhile: {names}. Look at what is stored; if you save again, what"
    " stands here holds."
)
FASTER = "Somebody else saved something meanwhile that this does not go with. Look at the list and try again."


class _Refused(BaseForm):
    """A form that says what speaks against saving, whatever was typed."""

    refusals: tuple[str, ...] = ()

    def clean(self) -> Any:
        cleaned = super().clean()
        for said in self.refusals:
            self.add_error(None, said)
        return cleaned


class SharedAdmin(admin.ModelAdmin[Any]):
    """The base of pages that several people may have open at once."""

    change_form_template = "projects/change_form.html"

    def lock_rows(self, request: HttpRequest, object_id: str | None) -> None:
        """Keep others from changing what the page belongs to; nothing has been read yet."""

    def doubts(self, obj: Any) -> Iterable[str]:
        """Return what its owner should know of a row that was saved all the same."""
        return ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        extra = dict(extra_context or {})
        if request.method != "POST":
            extra["seen"] = json.dumps(self._seen(request, object_id))
            return super().changeform_view(request, object_id, form_url, extra)
        try:
            return self._save(request, object_id, form_url, extra)
        except IntegrityError:
            pass  # somebody was faster, and the form's own checks see it now
        try:
            return self._save(request, object_id, form_url, extra)
        except IntegrityError as error:
            return self._save(request, object_id, form_url, extra, refusal=self._message_of(error))

    @transaction.atomic
    def _save(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra: dict[str, Any],
        refusal: str = "",
    ) -> HttpResponseBase:
        self.lock_rows(request, object_id)
        stored = self._seen(request, object_id)
        changed = [gettext(name) for name in _differences(request.POST.get(SEEN, ""), stored)]
        refusals = [refusal, CHANGED.format(names=", ".join(changed)) if changed else ""]
        # It dies with the request; the next attempt has its own.
        request._refusals = tuple(filter(None, refusals))  # type: ignore[attr-defined]
        answer: HttpResponseBase = super().changeform_view(
            request, object_id, form_url, extra | {"seen": json.dumps(stored)}
        )
        return answer

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        said: tuple[str, ...] = getattr(request, "_refusals", ())
        if not said:
            return form
        kind: Any = type(form)
        return kind(form.__name__, (_Refused, form), {"refusals": said})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        connection.check_constraints()  # those of the end speak now, while the form can still say it
        for said in self.doubts(form.instance):
            self.message_user(request, said, messages.WARNING)

    def _seen(self, request: HttpRequest, object_id: str | None) -> dict[str, str]:
        """Return a digest of each thing that the page shows for changing, by what it is called in English."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if row is None or not self.has_change_permission(request, row):
            return {}
        shown = flatten_fieldsets(self.get_fieldsets(request, row))
        form = self.get_form(request, row, change=True, fields=shown)
        found = {
            _in_english(row._meta.get_field(name).verbose_name): digest(_value(row, name))
            for name in _columns(form, type(row))
        }
        for inline in self.get_inline_instances(request, row):
            formset: Any = inline.get_formset(request, row)
            names = [name for name in _columns(formset.form, inline.model) if name != formset.fk.name]
            if names:
                parts = inline.get_queryset(request).filter(**{formset.fk.name: row}).order_by("pk")
                values = [(part.pk, *(_value(part, name) for name in names)) for part in parts]
                found[_in_english(inline.verbose_name_plural)] = digest(values)
        return found

    def _message_of(self, error: IntegrityError) -> str:
        """Return what the constraint itself says, if it says anything."""
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for model in (self.model, *(inline.model for inline in self.inlines)):
            for constraint in model._meta.constraints:
                message = constraint.violation_error_message
                if constraint.name == name and message != constraint.default_violation_error_message:
                    return str(message)
        return FASTER


def _in_english(label: Any) -> str:
    """A page that was opened in another language shows the same things."""
    with translation.override("en"):
        return str(label)


def _columns(form: type[forms.ModelForm[Any]], model: type[Model]) -> list[str]:
    """Return the fields of a form that are stored as they are typed and may be read back."""
    hidden = getattr(form, "secrets", ())
    return [name for name in form.base_fields if name not in hidden and _is_column(model, name)]


def _is_column(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _value(row: Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    value = field.value_from_object(row)
    return sorted(one.pk for one in value) if field.many_to_many else value


def _differences(typed: str, stored: Mapping[str, str]) -> list[str]:
    """Return what is stored otherwise than the page showed it; nothing for a page that says nothing."""
    try:
        seen = json.loads(typed)
    except (ValueError, RecursionError):
        return []
    return [name for name, now in stored.items() if isinstance(seen, dict) and seen.get(name) != now]
