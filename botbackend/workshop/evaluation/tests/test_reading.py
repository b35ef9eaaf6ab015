"""A mistake in a scenario file is told with the scenario and the field."""

from pathlib import Path

import pytest

from botbackend.workshop.evaluation.reading import ScenarioError, read_scenarios

GOOD = """
scenarios:
  - name: own_one
    about: "a scenario of one's own"
    salon: malva
    clock: "2026-06-09 12:00"
    language: uk
    steps:
      - say: "Привіт"
"""


def write(tmp_path: Path, text: str) -> Path:
    """A scenario file."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(tmp_path: Path, text: str) -> str:
    """What reading the file complains of."""
    with pytest.raises(ScenarioError) as caught:
        read_scenarios([write(tmp_path, text)])
    return str(caught.value)


def test_it_reads_a_file_of_ones_own_with_a_shipped_salon(tmp_path: Path) -> None:
    (scenario,) = read_scenarios([write(tmp_path, GOOD)])
    assert scenario.name == "own_one"
    assert not isinstance(scenario.salon, str)
    assert scenario.salon.name == "Мальва"
    assert scenario.invariants == "all"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("language: uk", "language: xx", "own.yaml: own_one: language: "),
        ('clock: "2026-06-09 12:00"', "clock: noon", "own_one: clock: "),
        ('clock: "2026-06-09 12:00"', 'clock: "2026-06-09T12:00+03:00"', "own_one: clock: "),
        ("salon: malva", "salon: nowhere", "own_one: salon: there is no salon nowhere"),
        ('say: "Привіт"', 'say: "Привіт"\n        replay: {}', "own_one: steps[0].replay: "),
        ('say: "Привіт"', "wait: soon", "own_one: steps[0].wait: "),
        ('say: "Привіт"', "wait: 5 min", "name exactly one of say, send, happens"),
        ('say: "Привіт"', 'say: "Привіт"\n        reply: {card: order}', "own_one: steps[0].reply.card: "),
        ('say: "Привіт"', "happens: {}", "own_one: steps[0].happens: "),
        (
            'say: "Привіт"',
            'say: "Привіт"\n        claude: {understand: {book: Масаж, with: Ада}}',
            "own_one: steps[0].claude: the salon has no service Масаж",
        ),
        ('say: "Привіт"', 'say: "Привіт"\n        claude: {answer: hi}', "own_one: steps[0].claude"),
        (
            'say: "Привіт"',
            'say: "Привіт"\n        claude: {understand: {book: [], cancel: []}}',
            "one of book, change, cancel",
        ),
        (
            'say: "Привіт"',
            'say: "Привіт"\n        during: {operator_writes: hi}',
            "during needs an answer in claude",
        ),
        (
            'say: "Привіт"',
            'say: "Привіт"\n    end: {visits: [{service: Масаж, specialist: Анна, start: "2026-06-10"}]}',
            "own_one: end.visits[0].service: the salon has no Масаж",
        ),
        (
            'say: "Привіт"',
            'say: "Привіт"\n    end: {visits: [{service: Брови, specialist: [Ада], start: "2026-06-10"}]}',
            "own_one: end.visits[0].specialist: the salon has no Ада",
        ),
        ("    about: ", "    invariants: [no_lies]\n    about: ", "own_one: invariants"),
    ],
)
def test_it_names_the_field_that_is_wrong(tmp_path: Path, good: str, bad: str, told: str) -> None:
    assert told in mistakes(tmp_path, GOOD.replace(good, bad))


def test_it_names_all_mistakes_at_once(tmp_path: Path) -> None:
    told = mistakes(tmp_path, GOOD.replace("language: uk", "language: xx").replace("own_one", "Own One"))
    assert "language: " in told
    assert "name: " in told


def test_it_names_a_wrong_salon(tmp_path: Path) -> None:
    salon = """
salons:
  tiny:
    name: Tiny
    timezone: Europe/Atlantis
    language: uk
    currency: UAH
    hours: {mon: "9-18"}
    services: {Стрижка: {minutes: 30}}
    specialists: {Ада: {services: [Стрижка]}}
"""
    told = mistakes(tmp_path, salon)
    assert "own.yaml: salons.tiny: timezone: " in told
    assert "own.yaml: salons.tiny: hours.mon: " in told


def test_it_refuses_two_scenarios_of_one_name(tmp_path: Path) -> None:
    doubled = GOOD + GOOD.replace("scenarios:\n", "")
    assert "two scenarios are called own_one" in mistakes(tmp_path, doubled)


def test_it_says_what_is_no_yaml_and_what_is_no_file(tmp_path: Path) -> None:
    assert "own.yaml" in mistakes(tmp_path, "scenarios: [")
    with pytest.raises(ScenarioError, match=r"missing\.yaml"):
        read_scenarios([tmp_path / "missing.yaml"])
