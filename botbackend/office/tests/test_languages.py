"""Every page speaks the four languages."""

import pytest
from django.test import Client
from django.urls import reverse

from bookings.tests.factories import make_project
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.staff.models import Preferences
from botbackend.workshop.messages.catalogues import TRANSLATED_INTO, faults, read, sources
from botbackend.workshop.messages.templates import texts


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
