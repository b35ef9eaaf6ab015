"""Why a task was left to people, in the reader's language; what clients and people wrote stays as it is."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dialogues.models import StaffTask

_CODED = re.compile(r"^.*?: (?:bot|client|staff): (?P<reason>.*)$")
# What code writes, by its beginning; a model's words are in the salon's own language.
_REASONS: dict[str, Promise] = {
    "the client asks for a person": _("The client asks for a person."),
    "asks for a person": _("The client asks for a person."),
    "the bot could not answer": _("The assistant could not answer."),
}


def reason_told(task: StaffTask) -> str:
    """Return the reason without what stands above it: who the client is, and what kind of task it is."""
    first, *said = task.reason.split("\n")
    found = _CODED.match(first) if task.dialogue_id else None
    if found is None:
        return task.reason
    told = next((str(text) for start, text in _REASONS.items() if found["reason"].startswith(start)), None)
    return "\n".join([told or found["reason"], *said])
