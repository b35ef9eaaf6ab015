"""What services and people are called in the languages of clients, beside the name that staff know."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from botbackend.lib.languages import LANGUAGES
from botbackend.lib.text import comparable, shown
from projects.choices import known_language

LONGEST_NAME = 200
TRANSLATIONS = "What clients read instead of the name, by language; the sheet and staff keep the name itself"
Names = Mapping[str, str]


class Translated:
    """Something with a name, and with `names` by language where there are others."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: Any
        names: Any

    def name_in(self, language: str) -> str:
        """Return the name for clients of this language."""
        return name_in(self.name, self.names, language)

    def all_names(self) -> list[str]:
        """Return every name that a client may have read."""
        return [self.name, *self.names.values()]


def name_in(name: str, names: Names, language: str) -> str:
    """Return what something is called in a language."""
    return names.get(language) or name


def names_field() -> "models.JSONField[Any, Any]":
    """Return the column of the other names."""
    return models.JSONField(default=dict, db_default={}, blank=True, help_text=TRANSLATIONS)


def clashes(rows: Mapping[str, Names]) -> Iterator[tuple[str, str, str]]:
    """Yield a key, a language and another key where a name in that language is the other's name too.

    `rows` holds the names of all that must be told apart by the key of the name itself, which is understood
    in every language.
    """
    for language in LANGUAGES:
        taken = {key: key for key in rows}
        for key, names in rows.items():
            other = taken.setdefault(comparable(names[language]), key) if language in names else key
            if other != key:
                yield key, language, other


def check_names(row: Any) -> None:
    """Bring a row's other names into the canonical form; refuse one that another row in use has."""
    try:
        row.names = {
            known_language(code): shown(name, longest=LONGEST_NAME) for code, name in row.names.items()
        }
    except ValueError as error:
        raise ValidationError({"names": str(error)}) from error
    if not row.is_active:
        return
    others = type(row)._default_manager.filter(project=row.project_id, is_active=True).exclude(pk=row.pk)
    rows = {other.key: other for other in [row, *others]}
    for key, language, other in clashes({key: one.names for key, one in rows.items()}):
        if row.key in (key, other):
            field = "names" if key == row.key or language in row.names else "name"
            said = _("%(name)s (%(language)s) of %(row)s is also a name of %(other)s.")
            names = {"name": rows[key].names[language], "language": language}
            raise ValidationError({field: said % {**names, "row": rows[key], "other": rows[other]}})
