"""Runs inside django-appointment's own environment: `_rival_driver.py QUESTION ANSWER`.

Asks through the function that its slot view calls, once per specialist and day, for it has no other.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from datetime import time as clock
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings


def configure(zone: str) -> None:
    """The least that django-appointment runs with, in the salon's zone."""
    url = urlsplit(os.environ["DATABASE_URL"])
    query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106 - signs nothing
        USE_TZ=True,
        TIME_ZONE=zone,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.path.lstrip("/"),
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": query.get("host", url.hostname or ""),
                "PORT": str(url.port or ""),
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "appointment",
        ],
    )  # fmt: skip
    django.setup()


urlpatterns: list[Any] = []


def minutes(value: int) -> clock:
    return clock(value // 60, value % 60)


def load(question: dict[str, Any]) -> tuple[list[Any], Any]:
    """Write people, hours and visits; returns the people and the service of an hour."""
    from appointment.models import Appointment, AppointmentRequest, Service, StaffMember, WorkingHours
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    client = users.create(username="client")
    services = {
        length: Service.objects.create(name=f"{length}", duration=timedelta(minutes=length), price=700)
        for length in (30, 60, 90)
    }
    people = []
    for number in range(question["people"]):
        user = users.create(username=f"staff{number}")
        member = StaffMember.objects.create(
            user=user, slot_duration=question["grid"], work_on_saturday=True, work_on_sunday=True
        )
        member.services_offered.set(services.values())
        WorkingHours.objects.bulk_create(
            WorkingHours(
                staff_member=member,
                day_of_week=weekday,
                start_time=minutes(question["opens"]),
                end_time=minutes(question["closes"]),
            )
            for weekday in range(7)
        )
        people.append(member)
    numbers = count(1)
    for chunk in chunks(question["visits"], 2000):
        requests = AppointmentRequest.objects.bulk_create(
            AppointmentRequest(
                date=day,
                start_time=minutes(start),
                end_time=minutes(start + length),
                service=services[length],
                staff_member=people[who],
                id_request=f"r{next(numbers)}",
            )
            for who, day, start, length in chunk
        )
        Appointment.objects.bulk_create(
            Appointment(
                client=client, appointment_request=one, id_request=f"a{one.pk}", amount_to_pay=0, address=""
            )
            for one in requests
        )
    return people, services[60]


def chunks(rows: Iterable[Any], size: int) -> Iterable[list[Any]]:
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk


def median_ms(job: Callable[[], object], repeat: int) -> float:
    found = []
    for _ in range(repeat):
        begun = time.perf_counter()
        job()
        found.append(time.perf_counter() - begun)
    return statistics.median(found) * 1000


def main(source: str, target: str) -> None:
    """Load, warm up, measure, write the answer."""
    question = json.loads(Path(source).read_text())
    configure(question["zone"])
    from appointment.services import get_available_slots_for_staff
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the wheel ships no migrations
    people, service = load(question)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    first = date.fromisoformat(question["first"])
    dates = [first + timedelta(days=number) for number in range(question["days"])]

    def day(who: Any = people[0], when: date = first) -> list[Any]:
        weekday = (when.weekday() + 1) % 7  # 0 is Sunday there
        slots: list[Any] = get_available_slots_for_staff(when, who, weekday, service=service)
        return slots

    def window() -> int:
        return sum(len(day(who, when)) for when in dates for who in people)

    day()
    with CaptureQueriesContext(connection) as one_day:
        day()
    with CaptureQueriesContext(connection) as all_days:
        free = window()
    answer = {
        "day_ms": median_ms(day, 20),
        "day_queries": len(one_day),
        "window_ms": median_ms(window, question["repeat"]),
        "window_queries": len(all_days),
        "free": free,
    }
    Path(target).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
