"""The salons of a large installation, without their past: some large, most small, as towns have them.

Sizes follow Zipf's law: the second salon has half the clients of the first one, the tenth a tenth. Each has a
bot, an account at SendPulse, a webhook secret, an API key and an owner of its own.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bookings.models import BookingRules, Client, Service, Specialist
from dialogues.models import ChannelSettings, webhook_key
from projects.auth import PREFIX_LENGTH, hash_key
from projects.models import ApiKey, Membership, Project
from sheets.models import SheetLink

FIRST_NAMES = ("Олена", "Анна", "Марія", "Ірина", "Наталія", "Оксана", "Юлія", "Тетяна", "Софія", "Дарина")
LAST_NAMES = ("Шевченко", "Коваленко", "Бондаренко", "Ткаченко", "Кравченко", "Олійник", "Мельник")
SERVICES = {"Манікюр": 450, "Педикюр": 700, "Стрижка": 600, "Фарбування": 1300, "Брови": 250, "Масаж": 600}
ZONES = ("Europe/Kyiv", "Europe/Warsaw")
FEWEST_CLIENTS, FEWEST_PEOPLE, MOST_PEOPLE = 3, 2, 15
DAYS = 60
_AT_ONCE = 2000


@dataclass(frozen=True)
class Address:
    """By what a salon is reached from outside; all of it follows from its number."""

    number: int

    @property
    def slug(self) -> str:
        return f"salon-{self.number:04d}"

    @property
    def bot(self) -> str:
        return _hex(f"bot {self.number}")

    @property
    def account(self) -> tuple[str, str]:
        """The id and secret at SendPulse."""
        return f"account-{self.number}", _hex(f"account {self.number}")

    @property
    def secret(self) -> str:
        """Of the webhook."""
        return f"hook-{_hex(f'hook {self.number}')}"

    @property
    def api_key(self) -> str:
        return f"bb_{_hex(f'key {self.number}')}"

    def contact(self, place: int) -> str:
        """The channel's id of its client in this place."""
        return _hex(f"contact {self.number} {place}")


def _hex(text: str) -> str:
    """Return 24 figures as SendPulse's ids have them."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:24]


def clients_of(salons: int, clients: int) -> list[int]:
    """Return how many clients each salon has, the largest first."""
    weights = [1 / (place + 1) for place in range(salons)]
    return [max(FEWEST_CLIENTS, round(clients * weight / sum(weights))) for weight in weights]


def make_salons(clients: Sequence[int]) -> None:
    """Write salons with so many clients each."""
    addresses = [Address(number) for number in range(len(clients))]
    projects = _write(
        Project(slug=one.slug, name=f"Салон {one.number}", timezone=ZONES[one.number % 50 == 49])
        for one in addresses
    )
    pairs = list(zip(projects, addresses, strict=True))
    _write(BookingRules(project=project, slot_minutes=30, work_end_minute=20 * 60) for project in projects)
    _write(_channel(project, one) for project, one in pairs)
    _write(_api_key(project, one) for project, one in pairs)
    _write(
        SheetLink(project=project, spreadsheet_id=f"sheet-{one.slug}", state="ok") for project, one in pairs
    )
    _write_owners(pairs)
    _write_catalogue(projects)
    _write_clients(projects, clients)


def _write(rows: Iterator[Any]) -> list[Any]:
    made: list[Model] = list(rows)
    return type(made[0])._default_manager.bulk_create(made, batch_size=_AT_ONCE)


def _channel(project: Project, one: Address) -> ChannelSettings:
    name, secret = one.account
    return ChannelSettings(
        project=project,
        sendpulse_bot_id=one.bot,
        sendpulse_client_id=name,
        sendpulse_client_secret=secret,
        webhook_secret=one.secret,
        webhook_key=webhook_key(one.secret),
        debounce_seconds=1,
        max_wait_seconds=5,
    )


def _api_key(project: Project, one: Address) -> ApiKey:
    return ApiKey(
        project=project, label="bench", prefix=one.api_key[:PREFIX_LENGTH], key_hash=hash_key(one.api_key)
    )


def _write_owners(pairs: Sequence[tuple[Project, Address]]) -> None:
    users = _write(User(username=f"{one.slug}@example.com", is_staff=True) for _, one in pairs)
    rows = zip(pairs, users, strict=True)
    _write(Membership(project=pair[0], user=user, role=Membership.Role.OWNER) for pair, user in rows)


def _write_catalogue(projects: Sequence[Project]) -> None:
    people, services = [], []
    for place, project in enumerate(projects):
        for at in range(max(FEWEST_PEOPLE, MOST_PEOPLE // (place + 1))):
            people.append(
                Specialist(project=project, name=FIRST_NAMES[at % 10] * (1 + at // 10), position=at)
            )
        services += [
            Service(project=project, name=name, duration_minutes=30, price=price)
            for name, price in SERVICES.items()
        ]
    for row in (*people, *services):
        row.put_name()
    _write(iter(people))
    _write(iter(services))


def _write_clients(projects: Sequence[Project], counts: Sequence[int]) -> None:
    """Names, phones and what finds them are made as the product makes them: that takes most of the time."""
    _write(
        _client(project, Address(number), place)
        for number, (project, count) in enumerate(zip(projects, counts, strict=True))
        for place in range(count)
    )
    ends = timezone.now()
    with connection.cursor() as cursor:  # `created_at` is set by itself
        cursor.execute(_AGED, {"ends": ends, "days": DAYS})


def _client(project: Project, salon: Address, place: int) -> Client:
    row = Client(
        project=project,
        contact_id=salon.contact(place),
        name=f"{FIRST_NAMES[place % 10]} {LAST_NAMES[place // 10 % 7]}",
        phone=f"+38050{1_000_000 + (salon.number * 131 + place * 787) % 9_000_000}",
        language="uk",
        source=("instagram", "", "google")[place % 3],
    )
    row.index()
    return row


_AGED = """
UPDATE bookings_client SET created_at = %(ends)s::timestamptz - make_interval(days => %(days)s) * random()
"""
