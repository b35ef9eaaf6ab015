"""Every refusal below /projects/ has one shape, and says everything that is wrong at once."""

import json
from io import BytesIO

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from projects.middleware import BodyLimitMiddleware
from projects.tests.factories import bearer, make_key, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.urls("projects.tests.probe_urls")]


def _post(client: Client, body: str | bytes, content_type: str = "application/json"):  # type: ignore[no-untyped-def]  # the test client's answer has no public type
    project = make_project()
    return client.generic(
        "POST",
        f"/projects/{project.slug}/probe",
        body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        headers=bearer(make_key(project)),
    )


def test_all_mistakes_come_at_once_with_their_paths(client: Client) -> None:
    answer = _post(client, '{"count": true, "nmae": "x", "hours": {"Anna": {"mon": [1, "two"]}}}')
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert set(error["fields"]) == {"count", "nmae", "hours.Anna.mon[1]"}
    assert error["fields"]["nmae"] == ["unknown field"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[1,",
        "{'a': 1}",
        '{"amount": NaN}',
        '{"amount": -Infinity}',
        '{"count": 1, "count": 2}',
        '{"count": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"hours": ' + "[" * 975 + "]" * 975 + "}",
        '{"hours": ' + '{"a":' * 400 + "1" + "}" * 401,
        b"\xff\xfe{}",
    ],
    ids=[
        "empty",
        "open",
        "half",
        "quotes",
        "nan",
        "infinity",
        "twice",
        "long",
        "deep",
        "deep lists",
        "deep objects",
        "bytes",
    ],
)
def test_what_is_no_json_is_told_apart_from_wrong_values(client: Client, body: str | bytes) -> None:
    answer = _post(client, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"


@pytest.mark.parametrize("body", ["[]", "1", "null", '"text"'])
def test_a_body_that_is_no_object_is_refused(client: Client, body: str) -> None:
    assert _post(client, body).json()["error"]["fields"].keys() == {"body"}


def test_an_overflowing_number_is_a_wrong_value(client: Client) -> None:
    assert _post(client, '{"amount": 1e999}').json()["error"]["fields"].keys() == {"amount"}


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
def test_text_that_the_database_cannot_hold_is_refused(client: Client, text: str) -> None:
    assert _post(client, f'{{"name": "{text}"}}').json()["error"]["fields"].keys() == {"name"}


def test_nul_in_the_query_is_refused(client: Client) -> None:
    project = make_project()
    answer = client.get(f"/projects/{project.slug}/probe?a=%00", headers=bearer(make_key(project)))
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"].keys() == {"a"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_media_type_is_415(client: Client, content_type: str) -> None:
    answer = _post(client, '{"count": 1}', content_type)
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


def test_unknown_paths_and_methods_answer_in_json(client: Client) -> None:
    project = make_project()
    headers = bearer(make_key(project))
    missing = client.get(f"/projects/{project.slug}/nowhere", headers=headers)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    wrong = client.put(f"/projects/{project.slug}/probe", headers=headers)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong["Allow"]
    assert {missing["Cache-Control"], wrong["Cache-Control"]} == {"no-store"}


def test_a_bug_answers_500_in_json_and_tells_nothing_about_itself() -> None:
    client = Client(raise_request_exception=False)
    project = make_project()
    answer = client.get(f"/projects/{project.slug}/broken", headers=bearer(make_key(project)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "server_error")
    assert b"bug" not in answer.content


def test_an_oversize_body_is_413(client: Client) -> None:
    answer = _post(client, json.dumps({"name": "x" * 1024 * 1024}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(("size", "code"), [(1024 * 1024, 200), (1024 * 1024 + 1, 413)])
def test_a_body_in_chunks_is_measured_while_it_is_read(size: int, code: int) -> None:
    request = RequestFactory().post("/", content_type="application/json")
    request.META |= {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": BytesIO(b"x" * size),
    }
    del request.META["CONTENT_LENGTH"]
    seen: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(len(request.body))
        return HttpResponse()

    assert BodyLimitMiddleware(view)(request).status_code == code
    assert seen == ([size] if code == 200 else [])


def test_a_body_that_no_server_can_read_is_400() -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise LookupError("each server has errors of its own")

    request = RequestFactory().post("/", content_type="application/json")
    request.META |= {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": Broken(),
    }
    del request.META["CONTENT_LENGTH"]
    answer = BodyLimitMiddleware(lambda _: HttpResponse())(request)
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (400, "invalid")


def test_answers_carry_the_security_headers_and_no_cors(client: Client) -> None:
    project = make_project()
    answer = client.get(
        f"/projects/{project.slug}/probe",
        headers=bearer(make_key(project)) | {"Origin": "https://elsewhere.example"},
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert not answer.has_header("Access-Control-Allow-Origin")
