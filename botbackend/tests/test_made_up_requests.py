"""Every operation of our OpenAPI schema, asked with inputs that schemathesis makes of it: none is our fault.

Both what fits the schema and what does not, with a good key and to the key's own salon, so that no request is
turned away at the door. Without its plugin for pytest: the requests go to Django's own client.
"""

import json
import time
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis import Case, GenerationMode, openapi
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from bookings.models import Booking
from bookings.tests.factories import at, make_booking, make_project, make_service, make_specialist
from dialogues.tests.factories import SECRET
from projects.tests.factories import bearer, make_key

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = hypothesis().max_examples // 100 if hypothesis().max_examples > 1_000 else 12
SECONDS = 1.0  # of the thread's own time


@pytest.fixture
def visit() -> Booking:
    salon = make_project(webhook_secret=SECRET)
    return make_booking(make_specialist(salon, "Anna"), make_service(salon, "Cut"), at("12:00"))


def operations() -> list[APIOperation[Any, Any, Any, Any]]:
    schema = openapi.from_dict(Client().get("/api/schema").json())
    found = list(schema.get_all_operations())
    assert all(isinstance(result, Ok) for result in found)
    return [result.ok() for result in found if isinstance(result, Ok)]


def ask(case: Case[Any], visit: Booking, key: str) -> int:
    """Send one case; returns the status. Raises AssertionError for a fault of ours."""
    given = {**(case.path_parameters or {}), "project_id": visit.project.slug, "secret": SECRET}
    if case.path_parameters and "booking_id" in case.path_parameters and case.method in ("GET", "PATCH"):
        given["booking_id"] = visit.pk
    case.path_parameters = {name: given[name] for name in case.path_parameters or {}}
    sent = case.as_transport_kwargs(base_url="http://testserver")
    body = {"data": sent.get("data") or b""} if "json" not in sent else {"data": sent["json"]}
    began = time.thread_time()
    answer = Client(raise_request_exception=False, headers=bearer(key)).generic(
        case.method,
        sent["url"].removeprefix("http://testserver"),
        _bytes(body["data"]),
        "application/json",
        query_params=sent["params"] or None,
    )
    spent = time.thread_time() - began
    assert answer.status_code < 500 or (answer.status_code, case.path) == (503, "/health/ready"), sent
    assert spent < SECONDS, sent
    return answer.status_code


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else json.dumps(body).encode()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_operation_answers_with_an_error_of_ours(
    mode: GenerationMode, visit: Booking, settings: Settings
) -> None:
    settings.SYNC_WAIT_SECONDS = 0.0
    settings.API_KEY_REQUESTS_PER_MINUTE = 1_000_000
    key, statuses = make_key(visit.project), Counter[int]()
    found, met = operations(), set[str]()
    assert len(found) >= 18
    for operation in found:
        strategy = operation.as_strategy(generation_mode=mode)

        @hypothesis(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def asked(case: Case[Any]) -> None:
            statuses[ask(case, visit, key)] += 1

        try:
            asked()
            met.add(operation.label)
        except Unsatisfiable:  # nothing of it can be wrong
            pass
    assert len(met) >= (len(found) if mode == GenerationMode.POSITIVE else 12), met
    assert statuses[200] > 20
    assert statuses[400] > 20
