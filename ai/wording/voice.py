"""One project's voice in one language: its own wording where it has one, else the default."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from ai.models import Wording
from ai.wording.defaults import LANGUAGES, Texts, texts_of
from ai.wording.near import read_on
from ai.wording.placeholders import PlaceholderError, check_placeholders, fill
from projects.models import Project


def known_language(*wanted: str) -> str:
    """Return the first language there are texts in ("uk-UA" counts as uk); Ukrainian when there is none."""
    for language in wanted:
        short = language.replace("_", "-").split("-")[0].lower()
        if short in LANGUAGES:
            return short
    return "uk"


_KEPT = "_wordings"  # on the project object of one turn


def keep_wordings(project: Project, rows: Iterable[tuple[str, str, str]]) -> None:
    """Keep what was read of the salon's own wordings: language, key and text of each."""
    found: dict[str, dict[str, str]] = {}
    for language, key, text in rows:
        found.setdefault(language, {})[key] = text
    project.__dict__[_KEPT] = found


@dataclass(frozen=True)
class Voice:
    """Renders texts for one project in one language; its own wording is read once."""

    project: Project
    language: str
    own: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, language: str) -> "Voice":
        """Read the project's wording; one query, none where this project object's was read already."""
        chosen = known_language(language, project.language)
        known = project.__dict__.get(_KEPT)
        if known is not None:
            return cls(project, chosen, known.get(chosen, {}))
        own = Wording.objects.filter(project=project, language=chosen).values_list("key", "text")
        return cls(project, chosen, dict(own))

    @property
    def texts(self) -> Texts:
        """The default texts of this language."""
        return texts_of(self.language)

    @property
    def zone(self) -> ZoneInfo:
        """The salon's zone."""
        return ZoneInfo(self.project.timezone)

    @property
    def today(self) -> date:
        """The salon's local date now; dates of another year are written with their year."""
        return timezone.now().astimezone(self.zone).date()

    @property
    def near(self) -> date | None:
        """The date on which what is said now is read; None where midnight is near."""
        return read_on(timezone.now(), self.zone)

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the salon's clock."""
        return moment.astimezone(self.zone)

    def say(self, key: str, **values: str) -> str:
        """Render a text. A salon's wording that no longer fits its placeholders gives way to the default."""
        default = self.texts.texts[key]
        own = self.own.get(key)
        if own is not None:
            try:
                check_placeholders(key=key, language=self.language, text=own)
            except PlaceholderError:
                own = None
        return fill(own or default, {"salon": self.project.name, **values})
