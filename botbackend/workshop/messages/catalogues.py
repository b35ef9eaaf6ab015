"""Catalogues: one per room of the office, one for its frame, one for each app that says something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps

from botbackend.workshop.messages.templates import texts
from projects.labels import labels_of

CHECKOUT = Path(__file__).resolve().parents[3]
OFFICE = CHECKOUT / "botbackend" / "office"
TRANSLATED_INTO = ("uk", "ru", "pl")  # the source is English
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_APPS = ("projects", "bookings", "dialogues", "ai", "sheets", "botbackend/outbox", "botbackend/staff")
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # a date of today would change every file at every run
_PLACE = re.compile(r"%\(\w+\)[sd]|{\w*}|%[sd]")


@dataclass(frozen=True)
class Source:
    """Where texts come from, and the folder of their catalogues."""

    name: str
    code: tuple[Path, ...]
    templates: tuple[Path, ...]
    folder: Path
    app: str = ""  # whose tables have labels that people read

    def file(self, language: str) -> Path:
        """The catalogue that people edit; the compiled one lies beside it."""
        return self.folder / language / "LC_MESSAGES" / "django.po"


def sources() -> list[Source]:
    """Return the frame, the rooms and the apps."""
    rooms = sorted(path.parent for path in OFFICE.glob("*/urls.py"))
    names = {room.name for room in rooms}
    pages = OFFICE / "templates"
    of_frame = [path for path in pages.rglob("*.html") if not names & set(path.relative_to(pages).parts)]
    frame_code = [*OFFICE.glob("*.py"), *OFFICE.glob("templatetags/*.py")]
    frame = Source("frame", tuple(sorted(frame_code)), tuple(sorted(of_frame)), OFFICE / "locale")
    return [frame, *map(_room, rooms), *map(_app, _APPS)]


def _room(room: Path) -> Source:
    pages = OFFICE / "templates" / "office" / room.name
    code = tuple(sorted(room.rglob("*.py")))
    return Source(room.name, code, tuple(sorted(pages.rglob("*.html"))), room / "locale")


def _app(place: str) -> Source:
    app = CHECKOUT / place
    code = [path for path in app.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]
    pages = tuple(sorted(app.rglob("templates/**/*.html")))
    return Source(app.name, tuple(sorted(code)), pages, app / "locale", app=app.name)


def found_in(source: Source) -> Catalog:
    """Return the texts of the source, untranslated."""
    catalog = Catalog()
    for path in source.code:
        with path.open("rb") as file:
            for _, function, message, _ in extract_python(file, _KEYWORDS, [], {}):
                _add(catalog, str(function), message)
    for path in source.templates:
        for _, text in texts(path.read_text()):
            catalog.add(text)
    for label in labels_of(apps.get_app_config(source.app)) if source.app else ():
        catalog.add(label)
    return catalog


def _add(catalog: Catalog, function: str, message: object) -> None:
    said = message if isinstance(message, (tuple, list)) else [message]
    parts = [part for part in said if isinstance(part, str)]
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    is_plural = function.startswith(("ngettext", "npgettext"))
    if parts and parts[0]:
        catalog.add((parts[0], parts[1]) if is_plural else parts[0], context=context)


def renewed(source: Source, language: str) -> Catalog:
    """Return the catalogue with the texts of today; translations that stand stay."""
    catalog = Catalog(
        locale=language,
        domain="django",
        header_comment="# Texts of the pages; `python -m botbackend.workshop.messages` keeps it in line.",
        creation_date=_BEGAN,
        revision_date=_BEGAN,
        fuzzy=False,
    )
    stored = read(source, language)
    for message in found_in(source):
        if message.id:
            known = stored.get(message.id, message.context) if stored else None
            catalog.add(message.id, known.string if known else None, context=message.context)
    return catalog


def read(source: Source, language: str) -> Catalog | None:
    """Return the catalogue as it stands, None where there is none."""
    path = source.file(language)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def written(catalog: Catalog) -> bytes:
    """Return the catalogue as people edit it."""
    out = BytesIO()
    write_po(out, catalog, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue as Django reads it."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def faults(source: Source, language: str) -> Iterator[str]:
    """Yield what is wrong with a catalogue: texts without a translation, lost places, an old file."""
    wanted = renewed(source, language)
    if len(wanted) == 0:
        return
    path = source.file(language)
    for message in wanted:
        yield from (f"{source.name} {language}: {fault}" for fault in _faults_of(message))
    if not path.exists() or path.read_bytes() != written(wanted):
        yield f"{path.relative_to(CHECKOUT)} is not what the sources say"
    elif path.with_suffix(".mo").read_bytes() != compiled(wanted):
        yield f"{path.with_suffix('.mo').relative_to(CHECKOUT)} is not compiled from its texts"


def _faults_of(message: object) -> Iterator[str]:
    text, said = message.id, message.string  # type: ignore[attr-defined]  # Babel's Message is untyped here
    if not text:
        return
    ours = list(text) if isinstance(text, tuple) else [text]
    theirs = list(said) if isinstance(said, tuple) else [said]
    if not all(theirs):
        yield f"no translation of {ours[0]!r}"
        return
    places = set(_PLACE.findall(" ".join(ours)))
    for one in theirs:
        if extra := set(_PLACE.findall(one)) - places:
            yield f"{one!r} has places that {ours[0]!r} has not: {sorted(extra)}"
    if lost := places - set(_PLACE.findall(" ".join(theirs))):
        yield f"{theirs[0]!r} has lost {sorted(lost)}"
