"""What one field alone cannot tell: names that must exist, ranges that must not overlap, sums that must fit.

These checks read the raw document and step over whatever has the wrong shape, which its own field reports:
so all mistakes, of both kinds, come at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookings.models.catalogue import key_of
from bookings.models.checks import cut_lengths, overlapping
from bookings.models.names import clashes
from botbackend.lib.clock import WEEKDAYS
from botbackend.salon_api.config.times import MIDNIGHT, read_range, read_time
from projects.bodies import path_text

Path = tuple[int | str, ...]
NOT_THERE = "there is no {kind} of this name"
TWICE = "stands here twice"
SAME = "is the same name as {other}, in another spelling"
ALSO = "{name} ({language}) is also a name of {other}"
NOT_DONE = "this specialist does not do this service"
_NAME_MAPS = (
    "services", "prices", "names", "buffers", "specialist_services", "specialist_hours", "specialist_prices",
)  # fmt: skip


@dataclass(frozen=True)
class StoredParts:
    """What the project has already, for the parts that a document leaves out.

    Services come with their minutes; `matrix` holds, by keys, what those do who do not do every service,
    `names` what "specialists" and "services" are called in languages.
    """

    project_id: str = ""
    specialists: frozenset[str] = frozenset()
    services: Mapping[str, int] = field(default_factory=dict)
    matrix: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    slot_minutes: int = 30
    debounce_seconds: float = 4.0
    max_wait_seconds: float = 15.0


class Mistakes:
    """Messages by path, in the order they were found."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: Path, message: str) -> None:
        """Remember one mistake; the same one twice counts once."""
        messages = self.fields.setdefault(path_text(path), [])
        if message not in messages:
            messages.append(message)


def check_document(raw: Any, known: StoredParts) -> dict[str, list[str]]:
    """Return the mistakes by path; {} when everything fits together and with what is known."""
    mistakes = Mistakes()
    if not isinstance(raw, dict):
        return mistakes.fields
    if known.project_id and isinstance(raw.get("project_id"), str) and raw["project_id"] != known.project_id:
        mistakes.add(("project_id",), "is not the project of this address")
    specialists = _specialist_names(raw, known)
    services = _service_names(raw, known)
    _check_repeats(raw, mistakes)
    _check_names(raw, specialists, services, mistakes)
    _check_own_prices(raw, known, services, mistakes)
    _check_translations(raw, known, {"specialists": specialists, "services": services}, mistakes)
    _check_lengths(raw, known, mistakes)
    _check_patience(raw, known, mistakes)
    _check_work_hours(raw, mistakes)
    for path, ranges in _weekday_lists(raw):
        _check_ranges(path, ranges, mistakes)
    _check_days_off(raw, mistakes)
    return mistakes.fields


def _specialist_names(raw: Mapping[str, Any], known: StoredParts) -> frozenset[str]:
    given = raw.get("specialists")
    if isinstance(given, list):
        return frozenset(key_of(name) for name in given if isinstance(name, str))
    return known.specialists


def _service_names(raw: Mapping[str, Any], known: StoredParts) -> frozenset[str]:
    given = raw.get("services")
    return frozenset(map(key_of, given if isinstance(given, dict) else known.services))


def _check_repeats(raw: Mapping[str, Any], mistakes: Mistakes) -> None:
    lists: list[tuple[Path, Any]] = [(("specialists",), raw.get("specialists"))]
    matrix = _mapping(raw, "specialist_services")
    lists += [(("specialist_services", name), listed) for name, listed in matrix.items()]
    for path, listed in lists:
        names = enumerate(listed if isinstance(listed, list) else [])
        _check_once([((*path, at), name) for at, name in names if isinstance(name, str)], mistakes)
    for name, prices in _mapping(raw, "specialist_prices").items():
        listed = prices if isinstance(prices, dict) else {}
        _check_once([(("specialist_prices", name, service), service) for service in listed], mistakes)
    for section in _NAME_MAPS:
        _check_once([((section, name), name) for name in _mapping(raw, section)], mistakes)


def _check_once(names: Sequence[tuple[Path, str]], mistakes: Mistakes) -> None:
    """Report a name that stands twice, and both of two spellings of one name."""
    seen: dict[str, tuple[Path, str]] = {}
    for path, name in names:
        first, before = seen.setdefault(key_of(name), (path, name))
        if first is path:
            continue
        if name == before:
            mistakes.add(path, TWICE)
            continue
        mistakes.add(path, SAME.format(other=path_text(first)))
        mistakes.add(first, SAME.format(other=path_text(path)))


def _check_names(
    raw: Mapping[str, Any], specialists: frozenset[str], services: frozenset[str], mistakes: Mistakes
) -> None:
    for section in ("prices", "buffers"):
        for name in _mapping(raw, section):
            if key_of(name) not in services:
                mistakes.add((section, name), NOT_THERE.format(kind="service"))
    for section in ("specialist_services", "specialist_hours", "specialist_prices"):
        for name in _mapping(raw, section):
            if key_of(name) not in specialists:
                mistakes.add((section, name), NOT_THERE.format(kind="specialist"))
    for name, listed in _mapping(raw, "specialist_services").items():
        for index, service in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(service, str) and key_of(service) not in services:
                mistakes.add(("specialist_services", name, index), NOT_THERE.format(kind="service"))
    for index, entry in enumerate(_list(raw, "days_off")):
        who = entry.get("specialist") if isinstance(entry, dict) else None
        if isinstance(who, str) and key_of(who) not in specialists:
            mistakes.add(("days_off", index, "specialist"), NOT_THERE.format(kind="specialist"))


def _check_translations(
    raw: Mapping[str, Any], known: StoredParts, kinds: Mapping[str, frozenset[str]], mistakes: Mistakes
) -> None:
    """Hold names in languages to rows that there are, each to one of a kind."""
    spelled = {key_of(name): name for name in _mapping(raw, "names")}
    for key, name in spelled.items():
        if not any(key in keys for keys in kinds.values()):
            mistakes.add(("names", name), NOT_THERE.format(kind="specialist or service"))
    given = {key: _texts(raw["names"][name]) for key, name in spelled.items()}
    listed = [*_list(raw, "specialists"), *_mapping(raw, "services"), *known.services]
    called = {key_of(name): name for name in listed if isinstance(name, str)}
    for kind, keys in kinds.items():
        if kind not in raw and "names" not in raw:
            continue
        names = given if "names" in raw else known.names.get(kind, {})
        for key, language, other in clashes({key: names.get(key, {}) for key in sorted(keys)}):
            path = ("names", spelled[key], language) if key in spelled else (kind,)
            told = {"name": names[key][language], "language": language, "other": called.get(other, other)}
            mistakes.add(path, ALSO.format(**told))


def _texts(names: Any) -> dict[str, str]:
    found = names.items() if isinstance(names, dict) else ()
    return {language: name for language, name in found if isinstance(name, str)}


def _check_own_prices(
    raw: Mapping[str, Any], known: StoredParts, services: frozenset[str], mistakes: Mistakes
) -> None:
    """Hold own prices to services that there are and that the specialist does."""
    given = _mapping(raw, "specialist_services")
    done: Mapping[str, Any] = known.matrix
    if "specialist_services" in raw:
        done = {
            key_of(name): {key_of(one) for one in listed if isinstance(one, str)}
            for name, listed in given.items()
            if isinstance(listed, list)
        }
    for name, prices in _mapping(raw, "specialist_prices").items():
        for service in prices if isinstance(prices, dict) else ():
            key = key_of(service)
            if key not in services:
                mistakes.add(("specialist_prices", name, service), NOT_THERE.format(kind="service"))
            elif key not in done.get(key_of(name), {key}):
                mistakes.add(("specialist_prices", name, service), NOT_DONE)


def _check_lengths(raw: Mapping[str, Any], known: StoredParts, mistakes: Mistakes) -> None:
    """Hold services to a day, counted in the slots of the document; a slot size alone keeps their minutes."""
    minutes = raw.get("slot_minutes", known.slot_minutes)
    if not _is_number(minutes):
        return
    for name, slots in _mapping(raw, "services").items():
        if _is_number(slots) and slots * minutes > MIDNIGHT:
            mistakes.add(("services", name), f"{slots} slots of {minutes} minutes are longer than a day")
    if "services" not in raw and isinstance(minutes, int) and minutes > 0:
        said = cut_lengths(known.services, slot_minutes=minutes)
        if said:
            mistakes.add(("slot_minutes",), f"{said}; give `services` in the same document, in the new slots")


def _check_patience(raw: Mapping[str, Any], known: StoredParts, mistakes: Mistakes) -> None:
    debounce = raw.get("debounce_seconds", known.debounce_seconds)
    longest = raw.get("max_wait_seconds", known.max_wait_seconds)
    if _is_number(debounce) and _is_number(longest) and longest < debounce:
        name = "max_wait_seconds" if "max_wait_seconds" in raw else "debounce_seconds"
        mistakes.add((name,), "max_wait_seconds must not be shorter than debounce_seconds")


def _check_work_hours(raw: Mapping[str, Any], mistakes: Mistakes) -> None:
    hours = _mapping(raw, "work_hours")
    start, end = hours.get("start"), hours.get("end")
    before = len(mistakes.fields)
    for name, text, is_end in (("start", start, False), ("end", end, True)):
        if isinstance(text, str):
            _try(("work_hours", name), mistakes, read_time, text, is_end=is_end)
    if isinstance(start, str) and isinstance(end, str) and len(mistakes.fields) == before:
        _try(("work_hours", "end"), mistakes, read_range, start, end)


def _weekday_lists(raw: Mapping[str, Any]) -> Iterator[tuple[Path, list[Any]]]:
    for name, week in _mapping(raw, "specialist_hours").items():
        for day, ranges in week.items() if isinstance(week, dict) else ():
            if day in WEEKDAYS and isinstance(ranges, list):
                yield ("specialist_hours", name, day), ranges


def _check_ranges(path: Path, ranges: list[Any], mistakes: Mistakes) -> None:
    good: list[tuple[int, tuple[int, int]]] = []
    for index, item in enumerate(ranges):
        if not isinstance(item, list) or not all(isinstance(text, str) for text in item):
            continue
        if len(item) != 2:
            mistakes.add((*path, index), 'must be ["HH:MM", "HH:MM"]')
            continue
        found = _try((*path, index), mistakes, read_range, *item)
        if found is not None:
            good.append((index, found))
    for index, other in overlapping(good):
        mistakes.add((*path, index), f"overlaps with [{other}]")


def _check_days_off(raw: Mapping[str, Any], mistakes: Mistakes) -> None:
    for index, entry in enumerate(_list(raw, "days_off")):
        first, last = (entry.get("from"), entry.get("to")) if isinstance(entry, dict) else (None, None)
        # ISO dates sort as text; what is no date has been reported by its field.
        if isinstance(first, str) and isinstance(last, str) and last < first:
            mistakes.add(("days_off", index, "to"), "lies before `from`")


def _try(path: Path, mistakes: Mistakes, read: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        return read(*args, **options)
    except ValueError as error:
        mistakes.add(path, str(error))
        return None


def _mapping(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _list(raw: Mapping[str, Any], name: str) -> list[Any]:
    found = raw.get(name)
    return found if isinstance(found, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
