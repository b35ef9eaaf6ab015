"""README.md, the pages in docs/, .env.example and the code say the same."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client as Browser
from django.urls import Resolver404, resolve
from django.utils import timezone
from pytest_django import Settings

from bookings.api import bodies
from botbackend.salon_api.config.load import load_project
from botbackend.tests.checkout import (
    CHECKOUT,
    example_settings,
    make_targets,
    own_commands,
    settings_read,
    variables_read,
)
from dialogues.models import ChannelSettings
from projects.tests.factories import make_key
from sheets.operations import use_spreadsheet

PAGES = {
    str(path.relative_to(CHECKOUT)): path.read_text()
    for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")))
}
TEXT = "\n".join(PAGES.values())
BORROWED = {"check", "migrate", "rqstats", "rqworker"}  # commands of Django and django-rq
# Read by a tool that is not ours, or only by tests.
ELSEWHERE = {"POSTGRES_PASSWORD"}
# Described ahead of the code that is about to come.
ANNOUNCED_COMMANDS: set[str] = set()
ANNOUNCED_PATHS: set[str] = set()


def _blocks(language: str) -> list[str]:
    """Fenced blocks of a language, whatever their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", TEXT, re.M | re.S)
    return [re.sub(rf"^{indent}", "", text, flags=re.M) for indent, text in found]


def _section(title: str) -> str:
    """From a heading to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^\1 |^##? |\Z)", TEXT, re.M | re.S)
    assert found is not None, f"no page has a section {title}"
    return found[2]


def _first_cells(section: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", _section(section), re.M)


def _configs() -> list[str]:
    return re.findall(r"<!-- example: config -->\n```json\n(.*?)```", TEXT, re.S)


# --- settings -------------------------------------------------------------------------------------------


def test_every_setting_that_is_read_stands_in_the_example_file_and_no_other() -> None:
    # A file cannot say where it is.
    assert example_settings().keys() == (settings_read() - {"ENV_FILE"}) | ELSEWHERE


def test_every_setting_stands_once_in_the_table_and_no_other() -> None:
    listed = _first_cells("The installation's settings")
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read() | ELSEWHERE


# --- commands -------------------------------------------------------------------------------------------


def test_every_make_target_is_described_and_no_other() -> None:
    named = set(re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)|[( ]make ([a-z-]+) ARGS", TEXT, re.M))
    assert {name for names in named for name in names if name} == make_targets()


def test_the_makefile_helps_with_every_target() -> None:
    told = re.findall(r'@echo "make ([a-z-]+) ', (CHECKOUT / "Makefile").read_text())
    assert set(told) == make_targets() - {"help"}


def test_every_management_command_of_ours_is_described_and_no_other() -> None:
    table = {cell.split()[0] for cell in _first_cells("Commands") if not cell.startswith("make ")}
    assert own_commands() <= table <= own_commands() | ANNOUNCED_COMMANDS | BORROWED
    named = set(re.findall(r"manage\.py ([a-z_]+)", TEXT))
    assert named <= own_commands() | ANNOUNCED_COMMANDS | BORROWED


def _managed() -> Iterator[str]:
    for block in _blocks("bash"):
        yield from re.findall(r'^make manage ARGS="(.*)"', block, re.M)
        yield from re.findall(r"^docker compose exec .*manage\.py ([^<\n]+)", block, re.M)


@pytest.mark.parametrize("line", sorted(_managed()))
def test_every_example_of_a_command_takes_its_arguments(line: str) -> None:
    command, *arguments = shlex.split(line)
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    parser.parse_args(arguments)  # ends the process on an argument it does not know


def test_the_options_in_the_table_are_those_of_the_commands() -> None:
    rows = re.findall(r"^\| `([a-z_]+)([^`]*)`", _section("Commands"), re.M)
    for command, synopsis in rows:
        if command in own_commands():
            parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
            for option in re.findall(r"--[a-z-]+", synopsis):
                assert option in parser._option_string_actions, f"{command} {option}"


# --- paths, links, JSON ---------------------------------------------------------------------------------


def _paths() -> set[str]:
    spans = set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", TEXT))
    top = {path.name for path in CHECKOUT.iterdir()}
    return {span for span in spans if ("/" in span or "." in span) and span.split("/")[0] in top}


def test_every_path_of_the_repository_that_is_named_exists() -> None:
    paths = _paths() - {"var/", "var/demo/", "var/log/"}
    assert {"botbackend/outbox", "CHANGELOG.md", "ai/guard"} <= paths
    assert {path for path in paths if not (CHECKOUT / path).exists()} <= ANNOUNCED_PATHS


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_link_to_a_heading_leads_to_one(page: str) -> None:
    links = re.findall(r"\]\(([\w./-]*)#([^)]+)\)", PAGES[page])
    for path, anchor in links:
        target = (CHECKOUT / page).parent / path if path else CHECKOUT / page
        assert anchor in _anchors(PAGES[str(target.resolve().relative_to(CHECKOUT))]), (path, anchor)


def test_a_newcomer_can_read_the_first_page_through() -> None:
    assert len(PAGES["README.md"].splitlines()) < 500


def test_every_address_of_the_interface_exists() -> None:
    rows = re.findall(r"^\| (`(?:GET|POST)`?.*?) \|", _section("HTTP API"), re.M)
    assert rows
    for row in rows:
        path = row.rstrip("`").split(" ")[-1]
        filled = path.replace("{id}", "1").replace("{token}", "t" * 24).replace("{", "").replace("}", "")
        try:
            resolve(filled)
        except Resolver404:
            pytest.fail(f"there is no {path}")


def test_every_example_of_json_can_be_read() -> None:
    blocks = _blocks("json")
    assert blocks
    for block in blocks:
        json.loads(block)


# --- the examples, tried --------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("text", _configs())
def test_the_example_salons_are_taken_over_as_they_stand(text: str) -> None:
    project, is_new = load_project(raw=text.encode())
    assert (project.slug, is_new) == (json.loads(text)["project_id"], True)


@pytest.mark.django_db
def test_the_smallest_salon_can_be_copied_for_a_second_one() -> None:
    example = _configs()[0]
    load_project(raw=example.encode())
    load_project(raw=example.replace("salon_abc", "salon_two").encode())


def test_the_examples_are_found_at_all() -> None:
    assert _configs()
    assert list(_managed())


def _calls(word: str) -> list[list[str]]:
    """Words of every example that begins with `word`, continuation lines joined."""
    [block] = [block for block in _blocks("bash") if re.search(rf"^{re.escape(word)} ", block, re.M)]
    commands = re.findall(
        rf"^{re.escape(word)} .*?(?=\n#|\n\n|\nID=|\n{re.escape(word)} |\Z)", block, re.M | re.S
    )
    return [shlex.split(command.replace("\\\n", " ")) for command in commands]


class _Shell:
    """Runs the examples as curl would, their variables filled in."""

    def __init__(self, browser: Browser, **variables: str) -> None:
        self.browser = browser
        self.variables = variables
        self.headers: dict[str, str] = {}

    def run(self, words: list[str]) -> tuple[int, Any]:
        """Status and JSON of one call."""
        options = {"-X": "GET", "-d": ""}
        headers, [url] = dict(self.headers), [word for word in words if "$URL" in word]
        for option, value in pairwise(words):
            if option == "-H":
                name, _, content = value.partition(": ")
                headers[name] = content
            elif option in options:
                options[option] = value
        answer = self.browser.generic(
            options["-X"], self._filled(url), self._filled(options["-d"]), "application/json", headers=headers
        )
        return answer.status_code, answer.json()

    def _filled(self, text: str) -> str:
        for name, value in self.variables.items():
            text = text.replace(f"${name}", value)
        return text


@pytest.mark.django_db
def test_the_calls_of_the_readme_do_what_they_say_one_after_the_other() -> None:
    project, _ = load_project(raw=_configs()[0].encode())
    day = (timezone.now().astimezone(ZoneInfo(project.timezone)) + timedelta(days=2)).date().isoformat()
    shell = _Shell(Browser(), URL="", PROJECT=project.slug, DAY=day)
    shell.headers["Authorization"] = f"Bearer {make_key(project)}"
    calls = iter(_calls("api"))

    assert shell.run(next(calls))[0] == 200
    status, config = shell.run(next(calls))
    assert (status, config["prices"]) == (200, {"Haircut": 500, "Manicure": 700.5})
    status, answer = shell.run(next(calls))
    assert answer["slots"][0]["start"].startswith(f"{day}T09:00")
    status, booking = shell.run(next(calls))
    assert (status, booking["price"], booking["status"]) == (201, 500, "booked")
    shell.variables["ID"] = str(booking["id"])
    assert shell.run(next(calls))[1] == {"bookings": [booking], "next": None}
    status, moved = shell.run(next(calls))
    assert (status, moved["start"][:16], moved["guest_name"]) == (200, f"{day}T11:00", "Olena's sister")
    assert shell.run(next(calls))[1]["status"] == "cancelled"
    assert shell.run(next(calls))[1]["bookings"]["cancelled"] == 1
    assert shell.run(next(calls))[1]["dead"] == 0
    use_spreadsheet(project=project, spreadsheet_id="sheet-of-the-salon")
    assert shell.run(next(calls)) == (202, {"accepted": True})
    assert list(calls) == []


@pytest.mark.django_db
def test_the_booking_and_the_mistake_that_are_shown_have_the_shape_of_the_answers() -> None:
    project, _ = load_project(raw=_configs()[0].encode())
    shell = _Shell(Browser(), URL="", PROJECT=project.slug, DAY="2099-01-01")
    shell.headers["Authorization"] = f"Bearer {make_key(project)}"
    shown = [json.loads(block) for block in _blocks("json")]
    [booking] = [document for document in shown if "price" in document]
    always = {name for name, field in bodies.BookingAnswer.model_fields.items() if field.is_required()}
    assert booking.keys() == always
    assert booking["client"].keys() == bodies.ClientAnswer.model_fields.keys()
    [mistake] = [document for document in shown if "error" in document]
    words = ["$URL/projects/$PROJECT/slots?service=Pedicure"]
    assert shell.run(words) == (400, mistake)


@pytest.mark.django_db
def test_the_event_in_the_readme_is_accepted(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = "known"
    load_project(raw=_configs()[0].encode())
    ChannelSettings.objects.update(sendpulse_bot_id="6671465ac84ab24b4702fa25")
    [call] = _calls("curl")
    shown = [json.loads(block) for block in _blocks("json")]
    assert _Shell(Browser(), URL="", SECRET="known").run(call) == (
        200,
        next(document for document in shown if "accepted" in document),
    )
