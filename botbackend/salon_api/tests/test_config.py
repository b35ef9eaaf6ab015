"""The configuration over HTTP: the contract's document, to the letter, without loss."""

import copy
import json
from typing import Any

import pytest
from django.test import Client

from ai.models import PromptVersion
from bookings.models import DayOff, Offering, Service, Specialist, WeeklyRange
from dialogues.models import ChannelSettings
from projects.tests.factories import bearer, change_settings, make_key, make_project
from sheets.models import SPREADSHEET_TAKEN
from sheets.operations import use_spreadsheet

pytestmark = pytest.mark.django_db

SEED: dict[str, Any] = {
    "project_id": "salon_abc",
    "specialists": ["Anna", "Maria", "Elena"],
    "services": {"Haircut": 1, "Coloring": 3, "Manicure": 2, "Massage": 2},
    "work_hours": {"start": "09:00", "end": "18:00"},
    "google_sheet_id": "your_google_sheet_id",
    "claude_prompts": {
        "intent_detection": "Custom prompt for intent detection",
        "service_identification": "Custom prompt for service identification",
        "main_response": "Custom prompt for main response",
        "dialogue_compression": "Custom prompt for dialogue compression",
    },
}
FULL: dict[str, Any] = SEED | {
    "name": "Салон «Абрикос» 💅",
    "timezone": "Europe/Warsaw",
    "language": "pl",
    "currency": "PLN",
    "slot_minutes": 15,
    "min_notice_minutes": 60,
    "horizon_days": 30,
    "cancel_deadline_hours": 12,
    "debounce_seconds": 2.5,
    "max_wait_seconds": 10.0,
    "prices": {"Haircut": 700, "Manicure": 700.5, "Massage": 0.1},
    "specialist_services": {"Anna": ["Haircut", "Coloring"], "Elena": []},
    "specialist_hours": {
        "Anna": {"mon": [["09:00", "13:00"], ["13:00", "20:00"]], "sun": [["00:00", "24:00"]]},
        "Maria": {},
    },
    "days_off": [
        {"specialist": "Anna", "from": "2027-01-01", "to": "2027-01-07", "reason": "відпустка"},
        {"specialist": None, "from": "2027-03-08", "to": "2027-03-08", "reason": ""},
    ],
    "buffers": {"Coloring": {"before": 5, "after": 10}},
    "sendpulse": {"bot_id": "bot-1", "client_id": "client"},
    "ai": {"model_fast": None, "model_main": "claude-sonnet-5-5", "monthly_budget_usd": 25.5},
    "confirm_before_booking": False,
}


class ConfiguredSalon:
    """A project whose operator set the limits of FULL, and a program that holds its key."""

    def __init__(self, slug: str = "salon_abc") -> None:
        self.project = make_project(slug=slug, **FULL["ai"] | {"model_fast": ""})
        self._headers = bearer(make_key(self.project))
        self._url = f"/projects/{slug}/config"

    def get(self) -> dict[str, Any]:
        answer = Client().get(self._url, headers=self._headers)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def post(self, document: object, code: int = 200) -> dict[str, Any]:
        answer = Client().post(
            self._url, json.dumps(document), content_type="application/json", headers=self._headers
        )
        assert answer.status_code == code, answer.content.decode()
        found: dict[str, Any] = answer.json()
        return found

    def mistakes(self, document: object) -> dict[str, list[str]]:
        before = self.get()
        error = self.post(document, 400)["error"]
        assert error["code"] == "invalid"
        assert self.get() == before, "a refused document changed something"
        fields: dict[str, list[str]] = error["fields"]
        return fields


@pytest.fixture
def salon() -> ConfiguredSalon:
    return ConfiguredSalon()


@pytest.mark.parametrize("document", [SEED, FULL], ids=["seed", "full"])
def test_what_was_posted_comes_back_whole(salon: ConfiguredSalon, document: dict[str, Any]) -> None:
    answer = salon.post(document)
    assert answer == salon.get()
    assert {name: answer[name] for name in document} == document
    assert list(answer["services"]) == list(document["services"])


def test_what_get_gave_can_be_posted_back(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    whole = salon.get()
    assert salon.post(whole) == whole
    assert PromptVersion.objects.count() == 4


def test_ids_lead_to_the_rows(salon: ConfiguredSalon) -> None:
    ids = salon.post(SEED)["ids"]
    assert Specialist.objects.get(pk=ids["specialists"]["Anna"]).name == "Anna"
    assert Service.objects.get(pk=ids["services"]["Massage"]).duration_minutes == 60


def test_what_a_post_leaves_out_stays(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    before = salon.get()
    assert salon.post({}) == before
    assert salon.post({"horizon_days": 7}) == before | {"horizon_days": 7}


@pytest.mark.parametrize(
    ("section", "part", "kept"),
    [
        ("claude_prompts", {"main_response": "New"}, "intent_detection"),
        ("sendpulse", {"client_id": "other"}, "bot_id"),
    ],
)
def test_these_sections_merge_by_key(
    salon: ConfiguredSalon, section: str, part: dict[str, Any], kept: str
) -> None:
    salon.post(FULL)
    answer = salon.post({section: part})
    assert answer[section] == FULL[section] | part
    assert answer[section][kept] == FULL[section][kept]


def test_maps_are_replaced_whole(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    answer = salon.post(
        {"prices": {"Massage": 1}, "buffers": {}, "specialist_hours": {}, "days_off": []}
        | {"specialist_services": {"Maria": ["Massage"]}}
    )
    assert answer["prices"] == {"Massage": 1}
    assert answer["specialist_services"] == {"Maria": ["Massage"]}
    assert (answer["buffers"], answer["specialist_hours"], answer["days_off"]) == ({}, {}, [])


def test_secrets_can_be_written_and_never_read(salon: ConfiguredSalon) -> None:
    answer = salon.post({"sendpulse": {"client_secret": "c-s-1", "webhook_secret": "w-s-1-of-twenty-signs"}})
    assert "c-s-1" not in json.dumps(answer)
    assert "w-s-1" not in json.dumps(answer)
    salon.post(salon.get())
    channel = ChannelSettings.objects.get(project=salon.project)
    assert (channel.sendpulse_client_secret, channel.webhook_secret) == ("c-s-1", "w-s-1-of-twenty-signs")


@pytest.mark.parametrize(
    "secret", ["x" * 201, "long-enough-but/a-slash", "long enough, but spaces", "довгий-та-не-латинський"]
)
def test_a_webhook_secret_that_fits_in_no_address_is_refused(salon: ConfiguredSalon, secret: str) -> None:
    assert salon.mistakes({"sendpulse": {"webhook_secret": secret}}).keys() == {"sendpulse.webhook_secret"}


@pytest.mark.parametrize("secret", ["1", "x" * 19])
def test_a_new_webhook_secret_that_could_be_guessed_is_refused(salon: ConfiguredSalon, secret: str) -> None:
    salon.post({"sendpulse": {"webhook_secret": "x" * 20}})
    told = salon.mistakes({"sendpulse": {"webhook_secret": secret}})
    assert told == {
        "sendpulse.webhook_secret": ["must have at least 20 characters, so that nobody guesses it"]
    }
    assert ChannelSettings.objects.get(project=salon.project).webhook_secret == "x" * 20


def test_a_webhook_secret_of_before_may_be_posted_again_however_short(salon: ConfiguredSalon) -> None:
    change_settings(salon.project, webhook_secret="short")
    for given in ("short", "x" * 20, ""):
        salon.post({"sendpulse": {"webhook_secret": given}, "currency": "EUR"})
        assert ChannelSettings.objects.get(project=salon.project).webhook_secret == given
    assert salon.mistakes({"sendpulse": {"webhook_secret": "short"}})


def test_a_name_that_left_is_put_aside_and_comes_back_with_its_prices_and_hours(
    salon: ConfiguredSalon,
) -> None:
    first = salon.post(FULL)
    gone = salon.post({"specialists": ["Maria", "Elena"], "services": {"Haircut": 1}})
    assert set(gone["specialist_hours"]) == {"Maria"}
    assert gone["prices"] == {"Haircut": 700}
    salon.post({"prices": {}, "specialist_hours": {}, "specialist_services": {}, "days_off": []})
    again = salon.post({"specialists": FULL["specialists"], "services": FULL["services"]})
    assert again["ids"] == first["ids"]
    assert again["prices"] == {"Manicure": 700.5, "Massage": 0.1}
    assert again["buffers"] == FULL["buffers"]
    assert again["specialist_hours"] == {"Anna": FULL["specialist_hours"]["Anna"]}
    assert [entry["specialist"] for entry in again["days_off"]] == ["Anna"]
    assert again["specialist_services"] == {"Anna": ["Haircut", "Coloring"]}


def test_a_cell_of_the_matrix_that_stays_keeps_its_own_price(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    Offering.objects.filter(service__name="Haircut").update(price=900)
    salon.post({"specialist_services": {"Anna": ["Haircut"]}})
    assert Offering.objects.get().price == 900


@pytest.mark.parametrize("end", ["24:00", "00:00", "23:59"])
def test_three_ways_to_write_midnight_mean_the_same(salon: ConfiguredSalon, end: str) -> None:
    hours = {"Anna": {"fri": [["18:00", end]]}}
    answer = salon.post(SEED | {"work_hours": {"start": "00:00", "end": end}, "specialist_hours": hours})
    assert answer["work_hours"] == {"start": "00:00", "end": "24:00"}
    assert answer["specialist_hours"] == {"Anna": {"fri": [["18:00", "24:00"]]}}
    assert WeeklyRange.objects.get().end_minute == 1440


@pytest.mark.parametrize("sheet", [None, ""])
def test_no_sheet_may_be_null_or_empty(salon: ConfiguredSalon, sheet: str | None) -> None:
    salon.post(SEED)
    assert salon.post({"google_sheet_id": sheet})["google_sheet_id"] is None


def test_an_empty_prompt_goes_back_to_the_shipped_one(salon: ConfiguredSalon) -> None:
    salon.post(SEED)
    salon.post({"claude_prompts": {"main_response": ""}})
    assert not PromptVersion.objects.filter(name="main_response", state="published").exists()
    assert PromptVersion.objects.filter(name="main_response", state="retired").count() == 1


def test_all_mistakes_come_at_once_and_nothing_is_taken_over(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    fields = salon.mistakes(
        {
            "services": {"Haircut": True, "Peeling": 10**9, "": 1},
            "specialist_hours": {
                "Anna": {
                    "mon": [["13:00", "09:00"], ["10:00", "12:00"], ["11:00", "13:00"]],
                    "someday": [],
                    "tue": [["9:00", "10:00"], ["10:00"]],
                },
                "Nobody": {},
            },
            "prices": {"Haircut": "700", "Nothing": 1, "Peeling": -1},
            "specialist_services": {"Anna": ["Haircut", "Haircut", "Nothing"]},
            "days_off": [
                {"specialist": "Nobody", "from": "2027-02-02", "to": "2027-02-01"},
                {"from": "soon"},
            ],
            "timezone": "Europe/Atlantis",
            "language": "xx",
            "currency": "XXY",
            "horizon_days": 10**9,
            "max_wait_seconds": 1,
            "sendpulse": {"webhook_secret": "a/b"},
            "unknown": {"key": 1},
            "project_id": "other",
        }
    )
    assert set(fields) == {
        "services.Haircut",
        "services.Peeling",
        "services.",
        "specialist_hours.Anna.mon[0]",
        "specialist_hours.Anna.mon[2]",
        "specialist_hours.Anna.someday",
        "specialist_hours.Anna.tue[0]",
        "specialist_hours.Anna.tue[1]",
        "specialist_hours.Nobody",
        "prices.Haircut",
        "prices.Nothing",
        "prices.Peeling",
        "specialist_services.Anna[1]",
        "specialist_services.Anna[2]",
        "days_off[0].specialist",
        "days_off[0].to",
        "days_off[1].from",
        "days_off[1].to",
        "timezone",
        "language",
        "currency",
        "horizon_days",
        "max_wait_seconds",
        "sendpulse.webhook_secret",
        "unknown",
        "project_id",
    }


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"specialists": ["Anna", "Anna"]}, "specialists[1]"),
        ({"specialists": ["An\tna"]}, "specialists[0]"),
        ({"specialists": [" "]}, "specialists[0]"),
        ({"specialists": ["A" * 201]}, "specialists[0]"),
        ({"specialists": ["A\x00"]}, "specialists[0]"),
        ({"specialists": "Anna"}, "specialists"),
        ({"specialists": None}, "specialists"),
        ({"services": {"Haircut": 0}}, "services.Haircut"),
        ({"services": {"Haircut": 1.5}}, "services.Haircut"),
        ({"services": {"Haircut": 288}}, "services.Haircut"),
        ({"services": ["Haircut"]}, "services"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": True}, "slot_minutes"),
        ({"work_hours": {"start": "18:00", "end": "09:00"}}, "work_hours.end"),
        ({"work_hours": {"start": "24:00", "end": "24:00"}}, "work_hours.start"),
        ({"work_hours": {"start": "09:00"}}, "work_hours.end"),
        ({"work_hours": None}, "work_hours"),
        ({"claude_prompts": {"other": "x"}}, "claude_prompts.other"),
        ({"prices": {"Haircut": 10**20}}, "prices.Haircut"),
        ({"prices": {"Haircut": 1.005}}, "prices.Haircut"),
        ({"prices": {"Haircut": None}}, "prices.Haircut"),
        ({"prices": {"Haircut": False}}, "prices.Haircut"),
        ({"buffers": {"Haircut": {"before": -1}}}, "buffers.Haircut.before"),
        ({"debounce_seconds": 30}, "debounce_seconds"),
        ({"confirm_before_booking": 1}, "confirm_before_booking"),
        ({"google_sheet_id": "https://docs.google.com/document/d/1AbC/edit"}, "google_sheet_id"),
        ({"google_sheet_id": "x" * 201}, "google_sheet_id"),
        ({"ai": {"model_main": "gpt-9"}}, "ai.model_main"),
        ({"language": "xx"}, "language"),
        ({"currency": "грн"}, "currency"),
        ({"ai": {"monthly_budget_usd": -1}}, "ai.monthly_budget_usd"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"days_off": [{"specialist": None, "from": "0001-01-01", "to": "9999-12-31"}]}, "days_off[0].from"),
    ],
)
def test_nonsense_is_refused_where_it_stands(
    salon: ConfiguredSalon, change: dict[str, Any], path: str
) -> None:
    salon.post(SEED)
    assert path in salon.mistakes(change)


def test_nan_is_no_price(salon: ConfiguredSalon) -> None:
    salon.post(SEED)
    answer = Client().post(
        "/projects/salon_abc/config",
        '{"prices": {"Haircut": NaN}}',
        content_type="application/json",
        headers=bearer(make_key(salon.project)),
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")


def test_odd_names_are_names(salon: ConfiguredSalon) -> None:
    names = ["O'Hara; DROP TABLE", "Анна-Марія", "李", "a.b[0]", "=SUM(A1)", "💅", "42", "<b>x</b>"]
    services = dict.fromkeys(names, 1)
    answer = salon.post({"specialists": names, "services": services, "prices": dict.fromkeys(names, 5)})
    assert answer["specialists"] == names
    assert answer["services"] == services


def test_a_spreadsheet_belongs_to_one_project(salon: ConfiguredSalon) -> None:
    salon.post({"google_sheet_id": "sheet-1"})
    other = ConfiguredSalon("other")
    mistakes = other.mistakes({"google_sheet_id": "sheet-1"})
    assert mistakes == {"google_sheet_id": ["another project of this installation uses this spreadsheet"]}
    salon.post({"google_sheet_id": "sheet-1"})
    salon.post({"google_sheet_id": None})
    other.post({"google_sheet_id": "sheet-1"})
    other.post({"google_sheet_id": ""})
    assert salon.get()["google_sheet_id"] is other.get()["google_sheet_id"] is None


def test_a_bot_answers_for_one_project_only(salon: ConfiguredSalon) -> None:
    salon.post(FULL)
    other = ConfiguredSalon("other")
    assert other.mistakes({"sendpulse": {"bot_id": "bot-1"}}).keys() == {"sendpulse.bot_id"}
    salon.post({"sendpulse": {"bot_id": ""}})
    other.post({"sendpulse": {"bot_id": "bot-1"}})


def test_another_salon_is_left_alone(salon: ConfiguredSalon) -> None:
    other = ConfiguredSalon("other")
    other.post(
        copy.deepcopy(FULL) | {"project_id": "other", "sendpulse": {}, "google_sheet_id": "sheet-of-other"}
    )
    before = other.get()
    salon.post(FULL)
    salon.post({"specialists": ["Zoe"], "services": {"Peeling": 1}, "days_off": [], "specialist_hours": {}})
    assert other.get() == before


def test_config_is_read_in_a_fixed_number_of_queries(
    salon: ConfiguredSalon, django_assert_max_num_queries: Any
) -> None:
    many = {f"Service {number}": 1 for number in range(50)}
    salon.post(SEED | {"services": many, "specialists": [f"Person {number}" for number in range(30)]})
    with django_assert_max_num_queries(9):
        salon.get()


def test_days_off_without_a_specialist_are_the_salons(salon: ConfiguredSalon) -> None:
    salon.post(SEED | {"days_off": [{"from": "2027-01-01", "to": "2027-01-01"}]})
    assert DayOff.objects.get().specialist is None


@pytest.mark.parametrize(
    "change",
    [
        {"monthly_budget_usd": None},
        {"monthly_budget_usd": 25.51},
        {"monthly_budget_usd": 0},
        {"model_main": "claude-opus-5-5"},
        {"model_main": None},
        {"model_main": ""},
        {"model_fast": "claude-haiku-5-5"},
    ],
)
def test_a_key_does_not_change_what_the_installation_pays_for(
    salon: ConfiguredSalon, change: dict[str, Any]
) -> None:
    (name,) = change
    assert salon.mistakes({"ai": change, "horizon_days": 5}).keys() == {f"ai.{name}"}


def test_a_key_may_post_the_limits_as_they_are(salon: ConfiguredSalon) -> None:
    stored = salon.get()["ai"]
    assert salon.post({"ai": {"monthly_budget_usd": 25.5}, "horizon_days": 5})["horizon_days"] == 5
    assert salon.post({"ai": stored})["ai"] == stored


def test_limits_that_nobody_set_are_not_a_keys_to_set(salon: ConfiguredSalon) -> None:
    plain = ConfiguredSalon("plain")
    change_settings(plain.project, monthly_budget_usd=None, model_main="")
    stored = plain.get()["ai"]
    assert set(stored.values()) == {None}
    assert plain.post({"ai": stored})["ai"] == stored
    mistakes = plain.mistakes({"ai": {"monthly_budget_usd": 0, "model_main": "claude-opus-5-5"}})
    assert mistakes.keys() == {"ai.monthly_budget_usd", "ai.model_main"}


def test_a_spreadsheet_of_another_salon_is_told_with_all_other_mistakes(salon: ConfiguredSalon) -> None:
    use_spreadsheet(project=make_project(), spreadsheet_id="book")
    for typed in ("book", "book?usp=sharing", "drive.google.com/open?id=book"):
        mistakes = salon.mistakes({"google_sheet_id": typed, "language": "xx"})
        assert mistakes["google_sheet_id"] == [SPREADSHEET_TAKEN]
        assert mistakes.keys() == {"google_sheet_id", "language"}
    assert salon.mistakes({"google_sheet_id": "bo%6Fk"}).keys() == {"google_sheet_id"}


def test_the_id_is_taken_out_of_a_spreadsheets_address(salon: ConfiguredSalon) -> None:
    address = "https://docs.google.com/spreadsheets/d/1AbC-d_9/edit?usp=sharing#gid=7"
    assert salon.post({"google_sheet_id": address})["google_sheet_id"] == "1AbC-d_9"
    assert salon.post({"google_sheet_id": "1AbC-d_9"})["google_sheet_id"] == "1AbC-d_9"
