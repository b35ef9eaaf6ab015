"""A salon's own words for what code says; without them the shipped ones hold."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from ai.models import Wording
from ai.wording.defaults import texts_of
from botbackend.lib.errors import DomainError
from botbackend.lib.text import with_plain_line_ends
from projects.locking import lock_project
from projects.models import Project


class WordingRefused(DomainError):
    """The text cannot be used; `fields` names why."""

    code = "invalid"


class WordingChanged(DomainError):
    """Somebody else changed the text meanwhile."""

    code = "wording_changed"


@dataclass(frozen=True)
class Text:
    """One text of one language: `own` is the salon's, "" where the shipped one holds."""

    key: str
    shipped: str
    own: str = ""

    @property
    def in_force(self) -> str:
        return self.own or self.shipped


def texts_in(*, project: Project, language: str) -> list[Text]:
    """Return every text of a language in the order of the file; KeyError for an unknown language."""
    shipped = texts_of(language).texts
    own = dict(Wording.objects.filter(project=project, language=language).values_list("key", "text"))
    return [Text(key, text, own.get(key, "")) for key, text in shipped.items()]


@transaction.atomic
def save_wording(*, project: Project, language: str, key: str, text: str, seen: str) -> None:
    """Let the salon's text hold. `seen` is the own text that was shown, "" for none.

    Raises WordingRefused for what cannot be filled in, WordingChanged when the text is another one by now.
    """
    lock_project(project.pk)
    row = Wording.objects.filter(project=project, key=key, language=language).first()
    text, seen = with_plain_line_ends(text), with_plain_line_ends(seen)
    if with_plain_line_ends(row.text if row else "") not in (seen, text):
        raise WordingChanged("Somebody else changed this text meanwhile.")
    row = row or Wording(project=project, key=key, language=language)
    row.text = text
    try:
        row.full_clean(exclude=["project"])
    except ValidationError as error:
        raise WordingRefused("; ".join(error.messages), fields={"text": error.messages}) from error
    row.save()


def return_to_shipped(*, project: Project, language: str, key: str) -> bool:
    """Let the shipped text hold again; False where it did already."""
    return bool(Wording.objects.filter(project=project, key=key, language=language).delete()[0])
