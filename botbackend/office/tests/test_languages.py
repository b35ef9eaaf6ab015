"""Every page speaks the four languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, get_format

from bookings.tests.factories import make_project
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.staff.models import Preferences
from botbackend.workshop.messages.catalogues import TRANSLATED_INTO, faults, read, sources
from botbackend.workshop.messages.templates import texts

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.mark.parametrize("language", TRANSLATED_INTO)
@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_every_text_is_translated_and_compiled(source: object, language: str) -> None:
    assert list(faults(source, language)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "asked_for"),
    [
        ('{% translate "100% of it" %}', "100%% of it"),
        ('{% translate "A \\"word\\"" as said %}', 'A "word"'),
        ('{{ name|default:_("Nobody") }}', "Nobody"),
        (
            "{% blocktranslate with n=a.b trimmed %}\n  From {{ n }}\n  on{% endblocktranslate %}",
            "From %(n)s on",
        ),
        (
            "{% blocktranslate count n=many %}{{ n }} visit{% plural %}{{ n }} visits{% endblocktranslate %}",
            ("%(n)s visit", "%(n)s visits"),
        ),
    ],
)
def test_texts_of_templates_are_found_as_django_asks_for_them(template: str, asked_for: object) -> None:
    assert [text for _, text in texts(template)] == [asked_for]


@pytest.mark.django_db
def test_a_page_speaks_the_language_of_the_account_before_that_of_the_browser() -> None:
    salon = make_project()
    user = make_colleague(salon)
    client, address = signed_in(user), reverse("office:calendar", args=[salon.slug])
    assert "Календарь" in client.get(address, headers={"Accept-Language": "ru"}).content.decode()
    Preferences.objects.create(user=user, language="pl")
    page = client.get(address, headers={"Accept-Language": "ru"}).content.decode()
    assert 'lang="pl"' in page
    assert "Kalendarz" in page


@pytest.mark.django_db
def test_an_unknown_language_is_refused() -> None:
    salon = make_project()
    user = make_colleague(salon)
    answer = signed_in(user).post(reverse("office:language"), {"language": "tlh", "next": "//evil.example/"})
    assert answer["Location"] == reverse("office:home")
    assert not Preferences.objects.exists()


@pytest.mark.django_db
def test_the_door_speaks_the_language_of_the_browser() -> None:
    page = Client().get(reverse("admin:login"), headers={"Accept-Language": "uk"})
    assert 'lang="uk"' in page.content.decode()


@pytest.mark.parametrize("language", TRANSLATED_INTO)
def test_one_text_has_one_translation_in_all_rooms(language: str) -> None:
    # Django reads all catalogues as one: of two translations it would take either.
    said: dict[tuple[object, object], set[str]] = {}
    for source in sources():
        for message in read(source, language) or ():
            said.setdefault((message.id, message.context), set()).add(str(message.string))
    said.pop(("", None), None)
    assert {text: found for text, found in said.items() if len(found) > 1} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "back", ["x", "home", "#", "?x", "a b", "javascript:alert(1)", "https://evil.example/"]
)
def test_what_is_no_path_of_ours_leads_home(back: str) -> None:
    browser = signed_in(make_colleague(make_project()))
    answer = browser.post(reverse("office:language"), {"language": "uk", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, reverse("office:home"))


@pytest.mark.django_db
def test_a_search_with_a_sign_that_no_name_has_finds_nothing() -> None:
    browser = signed_in(make_colleague(make_project()))
    assert browser.get(reverse("office:salons"), {"q": "a\x00b"}).status_code == 200


@pytest.mark.parametrize("code", [code for code, _ in settings.LANGUAGES])
def test_every_language_has_a_clock_of_24_hours_and_weeks_from_monday(code: str) -> None:
    moment = datetime(2026, 11, 29, 18, 5, tzinfo=UTC)
    with translation.override(code):
        for name in ("TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"):
            assert "18:05" in date_format(moment, name)
        for name in ("DATE_FORMAT", "SHORT_DATE_FORMAT", "MONTH_DAY_FORMAT"):
            assert re.search(r"\b29\b", date_format(moment, name))
        assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_page_writes_a_clock_of_12_hours(template: Path) -> None:
    shapes = re.findall(r'\|(?:date|time):"([^"]+)"', template.read_text())
    assert not [shape for shape in shapes if not shape.endswith("_FORMAT") and re.search("[PaAfgh]", shape)]
