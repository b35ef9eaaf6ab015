"""The salon whose pages are measured: one row at least of everything that an address can name."""

import hashlib
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.core.signing import Signer
from django.utils import timezone

from ai.figures.closed_days import close
from ai.models import Knowledge, PromptDraft, PromptVersion, Rehearsal, Scenario, Wording
from bookings.models import (
    BookingRules,
    Client,
    ClientEvent,
    DateOverride,
    DayOff,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from botbackend.staff.invitations import SALT
from botbackend.staff.models import Invitation
from botbackend.workshop.bench._office.history import write_history
from dialogues.models import Attachment, Message
from projects.access import grant_membership
from projects.auth import create_api_key
from projects.models import Membership, Project
from sheets.models import SheetLink

SLUG, _OPERATOR = "bench", "operator@example.com"
CLIENTS, PEOPLE, SERVICES, FACTS, COLLEAGUES = 10_000, 10, 30, 60, 8
_FIRST = ("Олена", "Анна", "Марія", "Ірина", "Наталія", "Оксана", "Юлія", "Тетяна", "Софія", "Вікторія")
_LAST = (
    "Шевченко",
    "Коваленко",
    "Бондаренко",
    "Ткаченко",
    "Кравченко",
    "Олійник",
    "Мельник",
    "Поліщук",
    "Лисенко",
)
_PROMPT = "Ти адміністраторка салону краси. Звертайся до клієнтів на «ви», тепло і коротко. " * 20


def _person(number: int) -> str:
    return f"person{number}@example.com"


def invitation_token() -> str:
    """Of the link that invites somebody here."""
    return Signer(salt=SALT).sign("of-the-bench")


@dataclass(frozen=True)
class Salon:
    """The salon and those who open its pages."""

    project: Project
    owner: User
    specialist: User
    operator: User


def make_salon(*, visits: int, messages: int) -> Salon:
    """Write all of it, with years of a past."""
    salon = open_salon(clients=min(CLIENTS, messages // 100))
    write_history(visits=visits, messages=messages)
    settle(salon)
    return salon


def open_salon(*, clients: int) -> Salon:
    """Write the salon with its people, before anything has happened there."""
    project = Project.objects.create(slug=SLUG, name="Мальва", timezone="Europe/Kyiv")
    BookingRules.objects.create(
        project=project, slot_minutes=15, work_start_minute=9 * 60, work_end_minute=21 * 60
    )
    people = _hire(project)
    _write_clients(project, clients)
    owner = _sign_up(project, Membership.Role.OWNER, 0)
    for number in range(1, COLLEAGUES):
        _sign_up(project, Membership.Role.STAFF, number)
    hairdresser = _sign_up(project, Membership.Role.SPECIALIST, COLLEAGUES)
    Specialist.objects.filter(pk=people[0].pk).update(user=hairdresser)
    _set_up_assistant(project, owner)
    operator = User.objects.create_superuser(_OPERATOR, password=None)
    return Salon(project, owner, hairdresser, operator)


def settle(salon: Salon) -> None:
    """Write what follows from its past, and lies ahead."""
    deque(close(project=salon.project), maxlen=0)  # as the clock would have, day by day
    specialist = Specialist.objects.get(project=salon.project, user=salon.specialist)
    _write_the_rest(salon.project, specialist, salon.owner)


def find_salon() -> Salon:
    """Return the salon that was written, in another process perhaps."""
    people = (User.objects.get(username=name) for name in (_person(0), _person(COLLEAGUES), _OPERATOR))
    return Salon(Project.objects.get(slug=SLUG), *people)


def _hire(project: Project) -> list[Specialist]:
    people = [
        Specialist.objects.create(
            project=project, name=f"{_FIRST[at]} {_LAST[0]}", has_own_hours=True, position=at
        )
        for at in range(PEOPLE)
    ]
    services = [
        Service.objects.create(
            project=project, name=f"Послуга {at}", duration_minutes=45, price=300 + 50 * at, position=at
        )
        for at in range(SERVICES)
    ]
    Offering.objects.bulk_create(
        Offering(project=project, specialist=person, service=service, price=400)
        for person in people for service in services
    )  # fmt: skip
    hours = [(person, day) for person in people for day in range(7)]
    WeeklyRange.objects.bulk_create(
        WeeklyRange(project=project, specialist=person, weekday=day, start_minute=540, end_minute=1260)
        for person, day in hours
    )
    WeeklyBreak.objects.bulk_create(
        WeeklyBreak(project=project, specialist=person, weekday=day, start_minute=1215, end_minute=1230)
        for person, day in hours
    )
    for number in range(4):
        Resource.objects.create(project=project, kind="room", name=f"Кабінет {number}")
    return people


def _write_clients(project: Project, count: int) -> None:
    first = timezone.now() - timedelta(days=1100)
    rows = []
    for at in range(count):
        row = Client(
            project=project,
            contact_id=hashlib.md5(str(at).encode(), usedforsecurity=False).hexdigest()[:24],
            name=f"{_FIRST[at % 10]} {_LAST[at // 10 % 9]}",
            phone=f"+38050{1_000_000 + at * 787 % 9_000_000}",
            language="uk",
            source=("instagram", "", "google")[at % 3],
        )
        row.index()
        rows.append(row)
    Client.objects.bulk_create(rows, batch_size=2000)
    for at in range(0, count, 200):  # `created_at` is set by itself
        ids = [row.pk for row in rows[at : at + 200]]
        Client.objects.filter(pk__in=ids).update(created_at=first + timedelta(days=1098 * at / count))


def _sign_up(project: Project, role: Membership.Role, number: int) -> User:
    user = User.objects.create_user(_person(number), first_name="Ірина", last_name="Бондар", is_staff=True)
    grant_membership(project=project, user=user, role=role)
    return user


def _set_up_assistant(project: Project, owner: User) -> None:
    for at in range(FACTS):
        Knowledge.objects.create(project=project, title=f"Факт {at}", text=_PROMPT[:400], position=at)
    for name in PromptVersion.Name.values:
        for version in range(1, 21):
            state = "published" if version == 20 else "retired"
            PromptVersion.objects.create(
                project=project, name=name, version=version, text=_PROMPT, state=state, author=owner
            )
        PromptDraft.objects.create(project=project, name=name, author=owner, text=f"{_PROMPT}Дякуємо!")
    for at in range(200):
        Rehearsal.objects.create(
            project=project, author=owner, name="main_response", kind=("chat", "questions")[at % 2],
            prompt=_PROMPT, content={}, state="done", cost_usd="0.01",
        )  # fmt: skip
    Wording.objects.create(project=project, key="greeting", language="uk", text="Вітаємо!")
    Scenario.objects.create(project=project, said="Доброго дня!", outcome=Scenario.Outcome.values[0], says="")


def _write_the_rest(project: Project, person: Specialist, owner: User) -> None:
    today = timezone.localdate()
    ahead = today + timedelta(days=20)
    DayOff.objects.create(
        project=project, specialist=person, date_from=ahead, date_to=ahead, reason="Відпустка"
    )
    DateOverride.objects.create(project=project, specialist=person, date=date(today.year + 1, 1, 2))
    for number in range(5):
        create_api_key(project=project, label=f"Програма {number}")
    Invitation.objects.create(
        project=project,
        role="staff",
        invited_by=owner,
        token_hash=hashlib.sha256(invitation_token().encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=3),
    )
    ClientEvent.objects.bulk_create(
        ClientEvent(project=project, client=client, action="changed", source="admin")
        for client in Client.objects.filter(project=project)[:3000]
    )
    message = Message.objects.filter(project=project).latest("pk")
    Attachment.objects.create(
        project=project, message=message, kind="picture", state="done", mime_type="image/png",
        content=b"x" * 200_000, size=200_000,
    )  # fmt: skip
    SheetLink.objects.create(project=project, spreadsheet_id="bench")
