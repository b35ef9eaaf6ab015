"""Who writes when: messages of a peak hour, spread over salons as unevenly as their clients are."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from botbackend.workshop.bench._town.salons import Address

QUESTION = "Чи робите ви манікюр з дизайном і скільки це коштує?"


@dataclass(frozen=True)
class Arrival:
    """One message: when, in seconds from the beginning, from whom."""

    at: float
    salon: Address
    contact: str

    def body(self, number: int, now: float) -> str:
        """Return what SendPulse posts."""
        data = {"message_id": number, "chat_id": number, "message": {"text": QUESTION}}
        event = {
            "service": "telegram",
            "title": "incoming_message",
            "date": int(now),
            "bot": {"id": self.salon.bot},
            "contact": {"id": self.contact, "name": "Olena"},
            "info": {"message": {"id": f"growth-{number}", "channel_data": data}},
        }
        return json.dumps([event])


def draw_arrivals(clients: Sequence[int], *, rate: float, seconds: float) -> Iterator[Arrival]:
    """Yield messages at random moments, `rate` a second on the average, for salons of so many clients.

    A salon's clients write one after the other, so that nobody's next message falls into his last turn as
    long as others are left.
    """
    source = random.Random(clients[0])  # noqa: S311 - a plan of work, not a secret
    bounds, said = list(accumulate(clients)), [0] * len(clients)
    at = source.expovariate(rate)
    while at < seconds:
        (salon,) = source.choices(range(len(clients)), cum_weights=bounds)
        address = Address(salon)
        yield Arrival(at, address, address.contact(said[salon] % clients[salon]))
        said[salon] += 1
        at += source.expovariate(rate)


def as_plan(arrivals: Sequence[Arrival], *, port: int) -> str:
    """Return what `arrivals.py` reads."""
    now = time.time()
    posts = [
        (one.at, f"/webhook/sendpulse/{one.salon.secret}", one.body(number, now + one.at))
        for number, one in enumerate(arrivals, start=1)
    ]
    return json.dumps({"port": port, "posts": posts})
