"""What a form of the settings shows as stored, and how it is saved: as a configuration is.

`update_project` says what a salon may be set to, for programs and for this page alike, and locks the salon. A
form carries a digest of what it showed: who would save over what somebody else changed is told first.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botbackend.salon_api.config.load import update_project
from botbackend.salon_api.config.parts import parts_of, projects_with_parts
from projects.errors import InvalidInput
from projects.locking import lock_project
from projects.models import Project

SEEN = "seen"
CHANGED = gettext_lazy(
    "Somebody else changed this meanwhile. Look at what is stored; if you save again, what stands here holds."
)


def stored_values(salon: Project) -> dict[str, Any]:
    """Return the salon's settings by the names of the configuration, read anew; no secret among them."""
    parts = parts_of(projects_with_parts().get(pk=salon.pk))
    link = getattr(parts.project, "sheet_link", None)
    return {
        **parts.plain(),
        "name": parts.project.name,
        "opens": parts.rules.work_start_minute,
        "closes": parts.rules.work_end_minute,
        "bot_id": parts.channel.sendpulse_bot_id,
        "webhook_key": parts.channel.webhook_key,
        "max_active_visits": parts.rules.max_active_visits,
        "allow_nesting": parts.rules.allow_nesting,
        "staff_contact_id": parts.channel.staff_contact_id,
        "staff_email": parts.channel.staff_email,
        "google_sheet_id": link.spreadsheet_id if link else "",
    }


def digest_of(values: Mapping[str, Any]) -> str:
    """Return what tells whether somebody changed these values."""
    text = json.dumps(values, sort_keys=True, default=str)
    return salted_hmac(__name__, text, algorithm="sha256").hexdigest()[:24]


class StoredForm(forms.Form):
    """A form over settings that are stored; `shows` names them, `paths` whose mistakes are which field's."""

    shows: tuple[str, ...] = ()
    paths: Mapping[str, str] = {}

    def __init__(self, salon: Project, data: Any = None) -> None:
        self.salon = salon
        values = stored_values(salon)
        super().__init__(data, initial=self.initial_from(values))
        self.seen = digest_of({name: values[name] for name in self.shows})

    def initial_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show."""
        return dict(values)

    def document(self) -> dict[str, Any]:
        """Return the part of a configuration that says what was typed."""
        raise NotImplementedError

    def store_rest(self) -> None:
        """Store what no configuration names. Raises ValidationError by the names of the fields."""

    def save(self, *, by_operator: bool = False) -> bool:
        """Store what was typed, if it is valid and nobody changed it meanwhile; tell whether it is stored."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                lock_project(self.salon.pk)
                values = stored_values(self.salon)
                now = digest_of({name: values[name] for name in self.shows})
                if not constant_time_compare(str(self.data.get(SEEN, "")), now):
                    self.seen = now
                    self.add_error(None, str(CHANGED))
                    return False
                raw = json.dumps(self.document()).encode()
                update_project(project=self.salon, raw=raw, by_operator=by_operator)
                self.store_rest()
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return False
        except InvalidInput as refusal:
            self._tell(refusal)
            return False
        return True

    def _tell(self, refusal: InvalidInput) -> None:
        for path, messages in refusal.fields.items():
            name = self.paths.get(path, path if path in self.fields else None)
            for message in messages:
                self.add_error(name, message if name else f"{path}: {message}")
        if not refusal.fields:
            self.add_error(None, _("This could not be saved: %(why)s") % {"why": refusal.message})
