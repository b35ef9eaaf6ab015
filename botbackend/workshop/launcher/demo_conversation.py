"""One client books one visit, over the real webhook; then everything it should have left is looked at."""

import json
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from botbackend.loopback import ask
from botbackend.workshop.launcher.demo_checks import (
    Json,
    Visit,
    booking_problems,
    receipt_problems,
    sent_texts,
    sheet_problems,
    stand_in_problems,
    webhook_problems,
)
from botbackend.workshop.launcher.demo_world import BOT_ID, PROJECT, SALON, Tell, World

SPECIALIST, SERVICE, CLIENT = "Анна", "Манікюр", "Ольга Коваль"
WAIT_SECONDS = 60.0
SEND, SHEET_CALLS = "^/telegram/contacts/send", "^/v4/spreadsheets"
WANTED_TIME = "15:00"
MOST_YES = 3


class DemoFailed(RuntimeError):
    """The conversation could not be played; the message says at which point."""


@dataclass
class Outcome:
    """What the demo shows at the end, and what is wrong with it."""

    visit: Visit
    transcript: list[Json] = field(default_factory=list)
    bookings: list[Json] = field(default_factory=list)
    sheet: list[list[Any]] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def play(world: World, tell: Tell) -> Outcome:
    """Ask for a visit, say yes to the proposal, and check what came of it. Raises DemoFailed."""
    start = choose_start(free_starts(world))
    stamp, sendpulse = int(time.time()), world.stand_ins["sendpulse"]
    client = {"contact": f"olha-{stamp}", "name": CLIENT, "bot_id": BOT_ID, "telegram_id": 10_000_000 + stamp}
    text = wish(start, salon_today())
    if not world.live:
        world.stand_ins["claude"].tell("script", [understanding(text, start)])
    said = sendpulse.tell("client_says", {**client, "text": text})
    visit = Visit(said["contact_id"], CLIENT, SPECIALIST, SERVICE, start)
    _await_texts(world, visit, 1, "a proposal")
    tell("the bot proposed the visit; the client says yes")
    _agree(world, visit, str(client["contact"]))
    tell("the visit is booked and the client has a receipt")
    outcome = Outcome(visit, sheet=_await_sheet(world, visit))
    tell("the salon's sheet shows the visit")
    _look(world, str(client["contact"]), outcome)
    return outcome


def free_starts(world: World) -> list[datetime]:
    """When the specialist is free for the service, from tomorrow on."""
    day = salon_today() + timedelta(days=1)
    query = {
        "service": SERVICE,
        "specialist": SPECIALIST,
        "date_from": day,
        "date_to": day + timedelta(days=14),
    }
    slots = _api(world, f"slots?{urlencode(query)}")["slots"]
    return [datetime.fromisoformat(slot["start"]) for slot in slots]


def choose_start(starts: list[datetime]) -> datetime:
    """On the first day with free slots, at 15:00 if that is one of them, else as near to it as possible."""
    if not starts:
        raise DemoFailed(
            f"{SPECIALIST} has no free slot in the next two weeks; remove var/demo and start again"
        )
    first = min(start.date() for start in starts)
    wanted = datetime.strptime(WANTED_TIME, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone

    def distance(start: datetime) -> int:
        return abs(start.hour * 60 + start.minute - wanted.hour * 60 - wanted.minute)

    return min((start for start in starts if start.date() == first), key=distance)


def salon_today() -> date:
    """Today's date at the salon."""
    return datetime.now(ZoneInfo(json.loads(SALON.read_text())["timezone"])).date()


def wish(start: datetime, today: date) -> str:
    """What the client writes."""
    visit = Visit("", CLIENT, SPECIALIST, SERVICE, start)
    day = "завтра" if start.date() == today + timedelta(days=1) else visit.day
    return f"Добрий день! Хочу на манікюр до Анни {day} о {start:%H:%M}"


def understanding(text: str, start: datetime) -> Json:
    """What a model makes of the wish, as a rule of Claude's stand-in."""
    meant = {"book": SERVICE, "with": SPECIALIST, "day": f"{start:%Y-%m-%d}", "at": f"{start:%H:%M}"}
    return {"when": {"said": text}, "data": {"understand": meant}}


def _agree(world: World, visit: Visit, contact: str) -> None:
    """Say yes to the card; a real model may ask something before it shows one."""
    for yes in range(1, 1 + (MOST_YES if world.live else 1)):
        world.stand_ins["sendpulse"].tell("client_says", {"contact": contact, "text": "так"})
        _await_texts(world, visit, yes + 1, "a receipt")
        if _bookings(world, visit):
            return


def _bookings(world: World, visit: Visit) -> list[Json]:
    found: list[Json] = _api(world, f"bookings?{urlencode({'contact_id': visit.contact_id})}")["bookings"]
    return found


def _api(world: World, path: str) -> Any:
    return ask(f"{world.url}/projects/{PROJECT}/{path}", headers={"Authorization": f"Bearer {world.api_key}"})


def _await_texts(world: World, visit: Visit, count: int, what: str) -> None:
    """Wait until SendPulse has accepted `count` messages for the client."""
    stand_in, deadline, seen = world.stand_ins["sendpulse"], time.monotonic() + WAIT_SECONDS, 0
    while len(sent_texts(stand_in.requests(SEND), visit)) < count:
        fresh = stand_in.await_request(SEND, since=seen, seconds=deadline - time.monotonic())
        if not fresh:
            raise DemoFailed(f"the client waited {WAIT_SECONDS:.0f} s in vain for {what}")
        seen = fresh[-1]["number"]


def _await_sheet(world: World, visit: Visit) -> list[list[Any]]:
    """The specialist's worksheet once it shows the visit, or as it is after a minute."""
    stand_in, deadline, seen = world.stand_ins["google"], time.monotonic() + WAIT_SECONDS, 0
    while True:
        values = _worksheet(world)
        if not sheet_problems(values, visit):
            return values
        fresh = stand_in.await_request(SHEET_CALLS, since=seen, seconds=deadline - time.monotonic())
        if not fresh:
            return values
        seen = fresh[-1]["number"]


def _worksheet(world: World) -> list[list[Any]]:
    titles = world.stand_ins["google"].control("state")["spreadsheets"][world.spreadsheet]
    if SPECIALIST not in titles:
        return []
    sheet = world.stand_ins["google"].control("sheet", spreadsheet=world.spreadsheet, sheet=SPECIALIST)
    values: list[list[Any]] = sheet["values"]
    return values


def _look(world: World, slug: str, outcome: Outcome) -> None:
    """Collect what is shown and judge it."""
    visit, sendpulse = outcome.visit, world.stand_ins["sendpulse"]
    outcome.transcript = sendpulse.control("transcript", contact=slug)["messages"]
    outcome.bookings = _bookings(world, visit)
    requests = sendpulse.requests(SEND)
    outcome.sent = [r for r in requests if (r["body"] or {}).get("contact_id") == visit.contact_id]
    states = {name: stand_in.control("state") for name, stand_in in world.stand_ins.items()}
    outcome.problems = [
        *booking_problems(outcome.bookings, visit),
        *sheet_problems(outcome.sheet, visit),
        *receipt_problems(sent_texts(requests, visit), visit, live=world.live),
        *webhook_problems(sendpulse.requests("^webhook:"), visit),
        *stand_in_problems(states),
    ]
