"""Whoever lost the claim on a cycle commits nothing and writes nothing any more."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F

from bookings.tests.factories import make_specialist
from botbackend.outbox.claims import LeaseLost
from botbackend.outbox.models import Task
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import insert
from sheets.adoption import contact
from sheets.models import SheetLink
from sheets.rhythm.lane import HANDLER, own_lane
from sheets.tests.salon import SheetSalon
from sheets.trouble import record, vanished

Stored = dict[str, list[tuple[Any, ...]]]
Again = Callable[[], None]
WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:sheets|bookings|dialogues)_')
FENCE = "SELECT lease_until"


def stored() -> Stored:
    """All rows that a cycle may write."""
    found: Stored = {}
    with connection.cursor() as cursor:
        for label in ("sheets", "bookings", "dialogues"):
            for model in apps.get_app_config(label).get_models(include_auto_created=True):
                cursor.execute(f'TABLE "{model._meta.db_table}"')
                found[model._meta.db_table] = sorted(cursor.fetchall(), key=repr)
    return found


class Thief:
    """Takes the claim away before the n-th transaction, and notes what was stored and written by then."""

    def __init__(self, salon: SheetSalon, turn: int) -> None:
        self.salon, self.left = salon, turn
        self.before: tuple[Stored, int] | None = None
        self._fence: object = None

    def now(self) -> tuple[Stored, int]:
        return stored(), self.salon.google.counters["write"]

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if self.left and self._begins(sql):
            self.left -= 1
            if not self.left:
                Task.objects.filter(handler=HANDLER).update(lease_token=F("lease_token") + 1)
                self.before = self.now()
        return execute(sql, *more)

    def _begins(self, sql: str) -> bool:
        """A transaction begins with its fence; a write outside of one is a transaction by itself."""
        if sql.startswith(FENCE):
            self._fence = connection.savepoint_ids[-1]
            return True
        return bool(WRITE.match(sql)) and self._fence not in connection.savepoint_ids


def whatever_staff_do(salon: SheetSalon) -> Again:
    """One cycle that takes, refuses, books, cancels, moves, freezes, renames and closes."""
    vera, gone, broken = (make_specialist(salon.project, name) for name in ("Віра", "Галя", "Діна"))
    for hour in range(9, 14):
        salon.book(f"{hour:02}:00", name=f"Клієнтка {hour}")
        salon.book(f"{hour:02}:00", name=f"Клієнтка {hour}", specialist=vera)
    salon.book("10:00", specialist=broken)
    salon.sync()
    salon.edit("clear", range="A2:F2")
    salon.edit("set", cell="C3", value="16:00")
    salon.edit("set", cell="C4", value="soon")
    salon.edit("delete_row", row=5)
    day = f"{salon.day():%d.%m.%Y}"
    salon.edit("set_row", row=7, values=["", day, "18:00", "", "Зоя", "Стрижка"])
    salon.edit("delete_row", "Віра", row=2, count=4)
    salon.edit("set", "Діна", cell="B1", value="?")
    salon.edit("rename", "Віра", title="Моя Віра")
    sheet = salon.google.books["book"].by_title("Марія")
    assert sheet is not None
    insert(sheet, 0, 1, by_rows=False)
    salon.book("15:00", specialist=salon.maria)
    salon.maria.name = "Марічка"
    salon.maria.save()
    gone.is_active = False
    gone.save()
    return lambda: None


def rows_that_move_meanwhile(salon: SheetSalon) -> Again:
    """A write that does not come to stand as planned, and the round that puts it right."""
    first = salon.book("10:00")
    salon.book("12:00")
    salon.sync()
    salon.cancel(first)
    return lambda: salon.meanwhile({"action": "insert_row", "row": 2})


def a_title_that_is_taken(salon: SheetSalon) -> Again:
    """A batch that Google refuses as a whole, once."""
    salon.book("10:00")
    salon.sync()
    salon.anna.name = "Sheet1"
    salon.anna.save()
    salon.book("12:00")
    return lambda: None


def tabs_that_come_and_go(salon: SheetSalon) -> Again:
    """A tab that was deleted, one that is made, and one that held something before and needs a yes."""
    salon.book("10:00")
    salon.sync()
    salon.edit("delete_sheet")
    make_specialist(salon.project, "Віра")
    make_specialist(salon.project, "Галя")
    salon.edit("add_sheet", title="Галя")
    header = ["Дата", "Час", "Ім'я", "Послуга"]
    visit = [f"{salon.day():%d.%m.%Y}", "10:00", "Зоя", "Манікюр"]
    salon.edit("paste", "Галя", row=1, values=[header, visit])
    return lambda: None


SCENES = {
    whatever_staff_do: 15,
    rows_that_move_meanwhile: 8,
    a_title_that_is_taken: 6,
    tabs_that_come_and_go: 7,
}


@pytest.mark.parametrize(("scene", "transactions"), SCENES.items())
def test_whoever_lost_the_claim_before_a_transaction_stores_nothing_any_more(
    salon: SheetSalon, scene: Callable[[SheetSalon], Again], transactions: int
) -> None:
    again, turn, begun = scene(salon), 0, dict(salon.google.books)
    while True:
        turn += 1
        salon.google.books = {name: book.copy() for name, book in begun.items()}
        again()
        thief, start = Thief(salon, turn), transaction.savepoint()
        with connection.execute_wrapper(thief):
            if not _loses(salon, thief):
                break
        transaction.savepoint_rollback(start)
    assert turn - 1 >= transactions


def _loses(salon: SheetSalon, thief: Thief) -> bool:
    """Run a cycle; False if it came to its end before the thief's turn.

    What was tried in a transaction that is taken back, the theft included, counts for nothing.
    """
    try:
        salon.sync()
    except LeaseLost:
        assert thief.now() == thief.before
        return True
    assert not Task.objects.filter(handler=HANDLER, state=Task.State.RUNNING).exists()
    return thief.before is not None


class ThiefOfAnswers(Thief):
    """Takes the claim away right before a transaction that begins with its fence."""

    def _begins(self, sql: str) -> bool:
        return sql.startswith(FENCE)


@pytest.mark.parametrize(
    "answer",
    [
        lambda link: contact.accept(link, adoption_id=_plan(link), who="Owner"),
        lambda link: contact.refuse(link, adoption_id=_plan(link), who="Owner"),
        lambda link: vanished.cancel_vanished(link, row_ids=_vanished(link), who="Owner"),
        lambda link: vanished.put_back(link, row_ids=_vanished(link)),
        lambda link: _tell_trouble(link),
    ],
    ids=["accept", "refuse", "cancel", "put back", "trouble"],
)
def test_an_answer_or_a_word_of_trouble_counts_for_nothing_without_the_claim(
    salon: SheetSalon, answer: Callable[[SheetLink], object]
) -> None:
    for hour in range(10, 16):
        salon.book(f"{hour}:00")
    salon.sync()
    salon.edit("delete_row", row=2, count=5)
    make_specialist(salon.project, "Галя")
    salon.edit("add_sheet", title="Галя")
    visit = [f"{salon.day():%d.%m.%Y}", "10:00", "Зоя", "Манікюр"]
    salon.edit("paste", "Галя", row=1, values=[["Дата", "Час", "Ім'я", "Послуга"], visit])
    salon.sync()
    link = salon.link()
    assert _plan(link)
    assert len(_vanished(link)) == 5
    thief = ThiefOfAnswers(salon, 1)
    with connection.execute_wrapper(thief), pytest.raises(LeaseLost):
        answer(link)
    assert thief.now() == thief.before


def _plan(link: SheetLink) -> int:
    waiting = contact.waiting_plan(link)
    return waiting.pk if waiting else 0


def _vanished(link: SheetLink) -> list[int]:
    return [row.pk for row in vanished.vanished_rows(link)]


def _tell_trouble(link: SheetLink) -> None:
    with own_lane(link.project, patience=0) as claim:
        record.begin(link, claim, advice="wait")
