"""Everything about a client for the person to read: a page in the salon's language, sent while it is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from ai.models import Summary
from bookings.models import Booking, Client
from botbackend.office import visit_words
from botbackend.office.calendar import words
from botbackend.office.clients.forms import languages
from botbackend.office.desk import Desk
from botbackend.office.inbox.words import name_author, name_kind
from dialogues.models import Dialogue, Message

_LINES_A_PIECE = 100


@dataclass(frozen=True)
class VisitLine:
    """A visit as the person may read it."""

    desk: Desk
    row: Booking

    @property
    def state(self) -> str:
        return visit_words.state_of(self.row)

    @property
    def source(self) -> str:
        return visit_words.source_of(self.row.source)

    @property
    def price(self) -> str:
        return words.price_of(self.desk.salon, [self.row.full_price])


@dataclass(frozen=True)
class SaidLine:
    """A message, with what came along; `day` is the day that begins with it, None within a day."""

    row: Message
    day: date | None

    @property
    def who(self) -> str:
        """Who of the salon said it; "" for the client."""
        return "" if self.row.direction == Message.Direction.IN else name_author(self.row)

    @property
    def kind(self) -> str:
        return name_kind(self.row)

    @property
    def heard(self) -> str:
        """What was heard in a recording, where the message has other words."""
        attachment = getattr(self.row, "attachment", None)
        return attachment.heard if attachment and attachment.heard != self.row.text else ""


def pieces(*, desk: Desk, client: Client) -> Iterator[str]:
    """Yield the page: who the person is first, then visits and messages as they are read."""
    talk = Dialogue.objects.filter(client=client).first()
    yield _piece(desk, "begin", client=client, talk=talk, spoken=lambda: _spoken(client), now=timezone.now())
    visits = (VisitLine(desk, row) for row in _visits(client))
    yield from _list(desk, "visits", visits)
    if talk is not None:
        yield _piece(desk, "remembered", lines=[*_remembered(talk)])
    yield from _list(desk, "messages", _said(desk, talk) if talk else ())
    yield _piece(desk, "end")


def _list(desk: Desk, name: str, lines: Iterable[Any]) -> Iterator[str]:
    """Yield a list in pieces; `is_first` opens it, and one without lines says so and closes it."""
    left, is_first = iter(lines), True
    while some := list(islice(left, _LINES_A_PIECE)):
        yield _piece(desk, name, lines=some, is_first=is_first)
        is_first = False
    yield _piece(desk, name, lines=(), is_first=is_first, is_last=True)


def _piece(desk: Desk, name: str, **context: Any) -> str:
    """Write a part; others' pages are answered by this thread between two of them."""
    language = desk.salon.language if desk.salon.language in dict(settings.LANGUAGES) else "en"
    with timezone.override(desk.zone), translation.override(language):
        return render_to_string(f"office/clients/record/{name}.html", {"desk": desk, **context})


def _spoken(client: Client) -> str:
    """Return the language of the person, called as it is in that of the page."""
    return dict(languages()).get(client.language, "")


def _visits(client: Client) -> Iterator[Booking]:
    rows = Booking.objects.real(timezone.now()).filter(client=client).with_names()
    return rows.order_by("start", "pk").iterator(chunk_size=_LINES_A_PIECE)


def _said(desk: Desk, talk: Dialogue) -> Iterator[SaidLine]:
    rows = Message.objects.filter(dialogue=talk).select_related("attachment")
    day = None
    for row in rows.defer("attachment__content", "text_hash").order_by("pk").iterator(chunk_size=500):
        own = row.created_at.astimezone(desk.zone).date()
        yield SaidLine(row, None if own == day else own)
        day = own


def _remembered(talk: Dialogue) -> Iterator[str]:
    """Yield what the assistant made of earlier messages, a line each."""
    for row in Summary.objects.filter(dialogue=talk).order_by("pk"):
        yield from _texts(row.content)


def _texts(value: object) -> Iterator[str]:
    """Yield the words of a JSON value."""
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
