"""From the tabs of a spreadsheet that already holds something to a plan that a person can judge. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from botbackend.lib.text import comparable
from sheets.adoption.clients import Person, person_of
from sheets.adoption.columns import Columns, Rows, find_columns
from sheets.adoption.rows import QUIET, Judged, Kind, judge
from sheets.adoption.words import Field, says_nothing
from sheets.rows.cells import HEADER, STATUS_COLUMN, UID_COLUMN, Cells, canonical_text, read_row
from sheets.rows.layout import Layout
from sheets.rows.moments import as_date

Place = tuple[int, int]  # sheet id, index of the row


@dataclass(frozen=True)
class TabRead:
    """One worksheet as Google answered: raw rows, the header included."""

    sheet_id: int
    title: str
    rows: Rows


@dataclass(frozen=True)
class ServiceFacts:
    """A service of the salon."""

    pk: int
    name: str
    minutes: int


@dataclass(frozen=True)
class VisitFacts:
    """A visit that the salon has already."""

    pk: int
    service_id: int
    person: Person
    names: frozenset[str]


@dataclass(frozen=True)
class Salon:
    """What of the database the plan depends on."""

    zone: ZoneInfo
    now: datetime
    country: str
    specialists: Mapping[int, str]
    services: Mapping[str, ServiceFacts]
    contacts: Collection[str] = ()
    visits: Mapping[tuple[int, datetime], VisitFacts] = field(default_factory=dict)
    durations: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def minutes(self, specialist_id: int, service: ServiceFacts) -> int:
        """How long the service takes with this specialist."""
        return self.durations.get((specialist_id, service.pk), service.minutes)


@dataclass(frozen=True)
class RowPlan:
    """One row that becomes something, or that cannot be read; `reason` is a code of notes."""

    index: int
    kind: Kind
    cells: Cells
    reason: str = ""
    start: datetime | None = None
    service: ServiceFacts | None = None
    person: Person = field(default_factory=Person)
    booking_id: int | None = None


@dataclass(frozen=True)
class TabPlan:
    """One tab: whose it is, what its columns are, what becomes of its rows, or its problem."""

    sheet_id: int
    title: str
    specialist_id: int | None = None
    columns: Columns | None = None
    layout: Layout | None = None
    rows: Sequence[RowPlan] = ()
    quiet: Sequence[tuple[Kind, int, int]] = ()
    problem: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many rows of each kind."""
        found = Counter(row.kind.value for row in self.rows)
        for kind, first, last in self.quiet:
            found[kind.value] += last - first + 1
        return found


def plan_tabs(tabs: Sequence[TabRead], salon: Salon) -> list[TabPlan]:
    """Return what would become of each tab that holds something."""
    filled = [tab for tab in tabs if any(str(value).strip() for row in tab.rows for value in row)]
    columns = {
        tab.sheet_id: find_columns(tab.rows, services=salon.services, country=salon.country) for tab in filled
    }
    owners = _owners(filled, columns, salon.specialists)
    return [_plan_tab(tab, columns[tab.sheet_id], owners.get(tab.sheet_id), salon) for tab in filled]


def _owners(
    tabs: Sequence[TabRead], columns: Mapping[int, Columns], names: Mapping[int, str]
) -> dict[int, int]:
    """Return {sheet id: specialist}: by the title, a name in the title, or the only one by the only book."""
    keys = {pk: comparable(name) for pk, name in names.items()}
    found: dict[int, int] = {}
    for tab in tabs:
        exact = [pk for pk, key in keys.items() if key == comparable(tab.title)]
        if len(exact) == 1 and exact[0] not in found.values():
            found[tab.sheet_id] = exact[0]
    for tab in tabs:
        words = set(comparable(tab.title).split())
        named = [pk for pk, key in keys.items() if set(key.split()) <= words and pk not in found.values()]
        if tab.sheet_id not in found and len(named) == 1:
            found[tab.sheet_id] = named[0]
    books = [tab.sheet_id for tab in tabs if not columns[tab.sheet_id].problem]
    if len(names) == 1 and len(books) == 1 and not found:
        found[books[0]] = next(iter(names))
    return found


def _plan_tab(tab: TabRead, columns: Columns, specialist_id: int | None, salon: Salon) -> TabPlan:
    problem = columns.problem if specialist_id else "no_specialist"
    if problem or specialist_id is None:
        return TabPlan(tab.sheet_id, tab.title, specialist_id, columns, problem=problem)
    layout = layout_of(columns, tab.rows, salon)
    rows = _judge_rows(tab, columns, layout, specialist_id, salon)
    kept = [row for row in rows if row.kind not in QUIET]
    quiet = _spans([row for row in rows if row.kind in QUIET])
    return TabPlan(tab.sheet_id, tab.title, specialist_id, columns, layout, kept, quiet)


def layout_of(columns: Columns, rows: Rows, salon: Salon) -> Layout:
    """Return where the cycle reads and writes; our two columns go right of whatever is there.

    A column of phones, or of ids that are none of this salon's, stays theirs: it is neither read nor written.
    """
    places = columns.places
    uid, status = places.get(Field.UID), places.get(Field.STATUS)
    is_ours = uid is not None and status == uid + 1
    client_id = places.get(Field.CLIENT_ID)
    if client_id is not None and _holds_others(rows[columns.first_row :], client_id, salon):
        client_id = None
    only_date = places.get(Field.FULL_DATE, places.get(Field.DATE, 0))
    return Layout(
        header_row=-1 if columns.header_row is None else columns.header_row,
        date=places[Field.DATE] if Field.DATE in places and Field.FULL_DATE in places else None,
        full_date=only_date,
        time=places[Field.TIME],
        client_id=client_id,
        client_name=places.get(Field.CLIENT_NAME),
        service=places[Field.SERVICE],
        uid=uid if is_ours and uid is not None else columns.width,
        status=uid + 1 if is_ours and uid is not None else columns.width + 1,
    )


def _holds_others(rows: Rows, at: int, salon: Salon) -> bool:
    values = (canonical_text(row[at]) for row in rows if at < len(row))
    return any(not says_nothing(text) and text not in salon.contacts for text in values)


def is_ours(tab: TabRead, known_uids: Collection[str]) -> bool:
    """Tell whether a tab is blank, or bears exactly our header and only rows of ours."""
    rows = [row for row in tab.rows if any(str(value).strip() for value in row)]
    if not rows:
        return True
    header = tuple(map(canonical_text, rows[0]))
    if header not in (HEADER, HEADER[:UID_COLUMN]):
        return False
    uids = [canonical_text(row[UID_COLUMN]) if len(row) > UID_COLUMN else "" for row in rows[1:]]
    return all(uid in known_uids for uid in uids) and all(len(row) <= STATUS_COLUMN + 1 for row in rows)


def _judge_rows(
    tab: TabRead, columns: Columns, layout: Layout, specialist_id: int, salon: Salon
) -> list[RowPlan]:
    planned: list[RowPlan] = []
    for index, values in enumerate(tab.rows):
        if index < columns.first_row or not any(str(value).strip() for value in values):
            continue
        cells = read_row(sheet_id=tab.sheet_id, index=index, values=layout.pick(values)).cells
        judged = judge(cells, zone=salon.zone, now=salon.now, services=salon.services)
        row = RowPlan(index, judged.kind, cells, judged.reason)
        if judged.kind is Kind.VISIT and as_date(cells[1]) is None:
            # Without a year nobody knows whether a row is of this winter or of the next one.
            row = replace(row, kind=Kind.UNREADABLE, reason="bad_date")
        elif judged.kind is Kind.VISIT:
            person = _person(values, columns, cells, salon)
            row = _settle(row, judged, person, specialist_id, planned, salon)
        planned.append(row)
    return planned


def _person(values: Sequence[object], columns: Columns, cells: Cells, salon: Salon) -> Person:
    def cell(one: Field) -> str:
        at = columns.places.get(one)
        return canonical_text(values[at]) if at is not None and at < len(values) else ""

    return person_of(
        ident=cell(Field.CLIENT_ID),
        phone=cell(Field.PHONE),
        name=cells[4],
        contacts=salon.contacts,
        country=salon.country,
    )


def _settle(
    row: RowPlan,
    judged: Judged[ServiceFacts],
    person: Person,
    specialist_id: int,
    before: Sequence[RowPlan],
    salon: Salon,
) -> RowPlan:
    """Tell a new visit from one that the salon has already and from the next half hour of one above."""
    start, service = judged.start, judged.service
    if start is None or service is None or start < salon.now:
        return replace(row, kind=Kind.PAST)
    row = replace(row, start=start, service=service, person=person)
    length = timedelta(minutes=salon.minutes(specialist_id, service))
    if any(_continues(row, one, length) for one in before if one.kind in (Kind.VISIT, Kind.KNOWN)):
        return replace(row, kind=Kind.CONTINUES)
    there = salon.visits.get((specialist_id, start))
    used = {one.booking_id for one in before}
    if there and there.pk not in used and there.service_id == service.pk and _same_person(person, there):
        return replace(row, kind=Kind.KNOWN, booking_id=there.pk)
    return row


def _continues(row: RowPlan, other: RowPlan, length: timedelta) -> bool:
    """Tell whether a row is a later slot of a visit, as grids of half hours repeat it."""
    if row.start is None or other.start is None:
        return False
    is_within = other.start < row.start < other.start + length
    return is_within and other.service == row.service and other.person == row.person


def _same_person(person: Person, visit: VisitFacts) -> bool:
    if person.contact_id:
        return person.contact_id == visit.person.contact_id
    if person.phone and visit.person.phone:
        return person.phone == visit.person.phone
    return not person.name or comparable(person.name) in visit.names


def _spans(rows: Sequence[RowPlan]) -> list[tuple[Kind, int, int]]:
    """Return the rows that need no work as (kind, first, last)."""
    spans: list[tuple[Kind, int, int]] = []
    for row in rows:
        if spans and spans[-1][0] is row.kind and spans[-1][2] == row.index - 1:
            spans[-1] = (row.kind, spans[-1][1], row.index)
        else:
            spans.append((row.kind, row.index, row.index))
    return spans
