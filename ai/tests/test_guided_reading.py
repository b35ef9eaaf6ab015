"""What the menus read out of words: numbers of a list, names with slips, entries of the menu."""

import pytest

from ai.language.catalogue_names import find_names
from ai.language.intents import find_alone, find_intent, has_unknown_words, tells_the_place
from ai.language.numbers.listed import read_numbers

SERVICES = [
    (1, "Манікюр"),
    (2, "Манікюр з покриттям"),
    (3, "Стрижка жіноча"),
    (4, "Стрижка чоловіча"),
    (5, "Haircut"),
    (6, "Брови"),
    (7, "Фарбування волосся"),
]
PEOPLE = [(1, "Анна"), (2, "Ольга"), (3, "Катя"), (4, "Марійка"), (5, "Ян"), (6, "Анна Коваль")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1", [1]), ("1.", [1]), ("1)", [1]), ("№2", [2]), ("№ 2", [2]), ("1, 2", [1, 2]), ("1 2", [1, 2]),
        ("1,2", [1, 2]), ("1-3", [1, 2, 3]), ("3-1", [3, 1]), ("1 и 3", [1, 3]), ("1 i 3", [1, 3]),
        ("1 and 3", [1, 3]), ("друге", [2]), ("перший", [1]), ("третя", [3]), ("второй", [2]), ("two", [2]),
        ("first one", [1]), ("pierwszy", [1]), ("drugie", [2]), ("1️⃣", [1]), ("１", [1]), ("номер 3", [3]),
        ("option 2 please", [2]), ("0", [0]), ("1\n2", [1, 2]), ("10.30", [10, 30]), ("10:30", []),
        ("о 10", []), ("завтра", []), ("", []), ("1 манікюр", []), ("9" * 40, [100]), ("²", [2]),
    ],
)  # fmt: skip
def test_it_reads_numbers_of_a_list(text: str, wanted: list[int]) -> None:
    assert read_numbers(text) == wanted


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("хочу маникюр", (1,)), ("manicure please", (1,)), ("manikiur", (1,)), ("на манікюру", (1,)),
        ("манікюр з покритям", (2,)), ("покриття", (2,)), ("чоловічу стрижку", (4,)), ("haircuts", (5,)),
        ("бровей", (6,)), ("фарбувати волосся", (7,)), ("манікюр і брови", (1, 6)), ("педикюр", ()),
        ("завтра о 15:00", ()), ("на стрижку", ()), ("", ()),
    ],
)  # fmt: skip
def test_it_finds_services_in_any_case_alphabet_and_with_slips(text: str, named: tuple[int, ...]) -> None:
    assert find_names(text, SERVICES).named == named


def test_it_tells_apart_what_several_services_share() -> None:
    assert find_names("на стрижку", SERVICES).maybe == (3, 4)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("до Ольги", (2,)), ("до Ользі", (2,)), ("к Ольге", (2,)), ("with Olha", (2,)), ("do Olgi", (2,)),
        ("Марійці", (4,)), ("Кате", (3,)), ("Яна", (5,)), ("an appointment", ()), ("any time", ()),
        ("з Анною", (1,)), ("u Anny", (1,)), ("до Анни Коваль", (6,)),
    ],
)  # fmt: skip
def test_it_finds_people_in_any_case_and_alphabet(text: str, named: tuple[int, ...]) -> None:
    assert find_names(text, PEOPLE).named == named


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        ("cancel", "скасуйте мій запис; отмените запись; can I cancel?; odwołać wizytę; otmenite vizit"),
        ("change", "хочу перенести запис; перенесите визит; reschedule please; przełożyć wizytę"),
        ("visits", "коли я записана?; мои записи; when is my appointment?; kiedy mam wizytę?"),
        ("price", "які у вас ціни; сколько стоит; how much is it; ile kosztuje; skolko stoit"),
        ("hours", "коли ви працюєте; где вы находитесь; where are you located; do której otwarte"),
        ("person", "покличте людину; хочу поговорить с человеком; a real person; chcę z człowiekiem"),
        ("book", "запишіть мене; запишите; book me; umówić się; zapishite menya; є вільні місця?"),
        ("", "на двох людей; завтра; qwerty; in 2 hours; o której godzinie; 15:00"),
    ],
)
def test_it_tells_what_is_asked_for(intent: str, texts: str) -> None:
    assert {text: find_intent(text) for text in texts.split("; ")} == dict.fromkeys(texts.split("; "), intent)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("back", "назад; Назад, будь ласка; back; wstecz"),
        ("more", "Показати ще; еще; show more; pokaż więcej"),
        ("any", "будь-хто; все равно; anyone; ktokolwiek wolny"),
        ("all", "усі; все; all of them; wszystkie"),
        ("menu", "меню; menu"),
        ("start", "/start"),
        ("", "назад у майбутнє; давайте завтра"),
    ],
)
def test_it_tells_what_the_whole_text_is(name: str, texts: str) -> None:
    assert {text: find_alone(text) for text in texts.split("; ")} == dict.fromkeys(texts.split("; "), name)


@pytest.mark.parametrize("title", ["Адреса", "Наш адрес", "Our address", "Adres salonu", "Як нас знайти"])
def test_it_knows_the_note_that_tells_the_place(title: str) -> None:
    assert tells_the_place(title)
    assert not tells_the_place("Парковка")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("педикюр завтра", True), ("ботокс о 15:00", True), ("tattoo tomorrow", True),
        ("а можна завтра о 15?", False), ("давайте краще в середу після обіду", False),
        ("do you have anything on Friday?", False), ("może jutro o 17?", False),
        ("лучше в субботу утром", False),
    ],
)  # fmt: skip
def test_it_notices_words_that_nothing_explains(text: str, unknown: bool) -> None:
    assert has_unknown_words(text) is unknown
