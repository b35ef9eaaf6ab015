"""`manage.py load_project`: how a salon begins."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from ai.models import assistant_of
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.salon_api.tests.test_config import SEED
from projects.models import ApiKey, Project
from projects.tests.factories import bearer

pytestmark = pytest.mark.django_db


def _load(tmp_path: Path, document: object, *flags: str) -> str:
    file = tmp_path / "salon.json"
    file.write_text(json.dumps(document))
    out = io.StringIO()
    call_command("load_project", str(file), *flags, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_printed_key_opens_the_new_salon(tmp_path: Path) -> None:
    out = _load(tmp_path, SEED, "--api-key")
    assert "project_id=salon_abc" in out
    key = re.search(r"api_key=(\S+)", out)
    assert key is not None
    answer = Client().get("/projects/salon_abc/config", headers=bearer(key[1]))
    assert answer.json()["specialists"] == SEED["specialists"]


def test_without_the_flag_no_key_is_made(tmp_path: Path) -> None:
    assert "api_key" not in _load(tmp_path, SEED)
    assert not ApiKey.objects.exists()


def test_a_salon_with_a_sheet_has_its_mirror_woken(tmp_path: Path) -> None:
    _load(tmp_path, SEED | {"google_sheet_id": "sheet-1"})
    run_due("project.changed")
    assert list(Task.objects.values_list("topic", "last_error")) == [("sheet.dirty", "")]


def test_a_new_salon_with_the_sheet_of_another_is_not_made(tmp_path: Path) -> None:
    _load(tmp_path, SEED)
    with pytest.raises(CommandError, match="google_sheet_id"):
        _load(tmp_path, SEED | {"project_id": "second"})
    assert Project.objects.get().slug == "salon_abc"


def test_loading_again_updates_the_same_salon(tmp_path: Path) -> None:
    _load(tmp_path, SEED)
    _load(tmp_path, {"project_id": "salon_abc", "name": "Renamed"})
    project = Project.objects.get()
    assert project.name == "Renamed"
    assert project.services.count() == 4


def test_the_operator_sets_models_and_ceiling_one_by_one(tmp_path: Path) -> None:
    _load(tmp_path, SEED | {"ai": {"model_main": "claude-opus-5-5", "monthly_budget_usd": 25.5}})
    _load(tmp_path, {"project_id": "salon_abc", "ai": {"model_fast": "claude-haiku-4-5"}})
    _load(tmp_path, {"project_id": "salon_abc", "ai": {"monthly_budget_usd": 30}})
    assistant = assistant_of(Project.objects.get())
    assert (assistant.model_fast, assistant.model_main) == ("claude-haiku-4-5", "claude-opus-5-5")
    assert assistant.monthly_budget_usd == 30


def test_a_model_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"ai\.model_main: unknown model; there are .*claude-sonnet-5-5"):
        _load(tmp_path, SEED | {"ai": {"model_main": "gpt-9"}})
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"project_id": "new"}, ["specialists", "services"]),
        ({"specialists": [], "services": {}}, ["project_id"]),
        (SEED | {"project_id": "not a slug"}, ["project_id"]),
        (SEED | {"services": {"Haircut": 0}, "typo": 1}, ["services.Haircut", "typo"]),
        ([], ["body"]),
    ],
)
def test_a_wrong_file_makes_no_salon_and_names_every_mistake(
    tmp_path: Path, document: Any, words: list[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        _load(tmp_path, document, "--api-key")
    assert all(word in str(caught.value) for word in words)
    assert not Project.objects.exists()


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        call_command("load_project", str(tmp_path / "nowhere.json"))


def test_a_salon_with_a_spreadsheet_has_its_mirror_woken(tmp_path: Path) -> None:
    _load(tmp_path, SEED | {"google_sheet_id": "sheet"})
    assert run_due("project.changed") == 1
    assert Task.objects.get(topic="sheet.dirty").project == Project.objects.get(slug=SEED["project_id"])
    assert not Task.objects.filter(topic="project.changed").exists()
