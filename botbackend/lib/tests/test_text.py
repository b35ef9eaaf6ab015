"""One form of a text: the same words are equal, different ones are not, and nothing a person sees is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botbackend.lib.text import bare, canonical, comparable, readable, rejoined

MIXED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "аaоoіiсcеeВBНHтt'ʼ’\"-–\u200b\u200d\ufe0f\ufeff\u00ad\u202f\u00a0\n\u0308\u0306👩🎨❤ёïїёѕլօνγςΓáѐlI01@\u0301\u0336\ufffc①²"
        ),
    ),
    max_size=12,
)


@given(MIXED)
def test_every_form_is_its_own_form(text: str) -> None:
    for form in (canonical, comparable, readable, bare):
        assert form(form(text)) == form(text)
    assert len(bare(text)) == len(readable(text))


@given(MIXED)
def test_the_forms_agree(text: str) -> None:
    assert comparable(canonical(text)) == comparable(text)
    assert canonical(text) == canonical(text).strip()
    assert unicodedata.is_normalized("NFC", canonical(text))
    assert "\n" not in comparable(text)


@given(
    st.text(st.characters(max_codepoint=0x500)), st.sampled_from("\u200b\u200e\u202a\u2060\ufeff\u00ad\u2066")
)
def test_what_cannot_be_seen_makes_no_difference(text: str, sign: str) -> None:
    woven = sign.join([*text, ""])
    assert canonical(woven) == canonical(text)
    assert comparable(woven) == comparable(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (unicodedata.normalize("NFD", "Андрій Їжак"), "Андрій Їжак"),
        ("\ufeffАнна\u200b", "анна"), ("Анна", "Aннa"), ("ВІКТОР", "BIKTOP"), ("Αnna", "Anna"),
        ("Ａｎｎａ", "Anna"), ("𝐀nna", "Anna"), ("Мар'яна", "Марʼяна"), ("Мар'яна", 'Мар"яна'),
        ("Мар`яна", "Мар’яна"),
        ("Манікюр – гель", "Манікюр - гель"), ("Салон «Лілія»", 'Салон "Лілія"'), ("Артём", "Артем"),
        ("А\u00a0\u202f\t Б", "А Б"), ("Straße", "STRASSE"), ("👩\u200d🎨 Аня", "👩🎨 аня"),
        ("❤\ufe0f Аня", "❤ Аня"),
        ("А́нна", "Анна"), ("Áнна", "Анна"), ("Ка\u0336тя", "Катя"), ("Анна\ufffc", "Анна"), ("lлля", "Ілля"),
        ("Лlлія", "Лілія"), ("Анна ١", "Анна 1"), ("Анна ①", "Анна 1"), ("Γель", "Гель"),
        ("Πедикюр", "Педикюр"), ("νita", "Vita"), ("ΝΙΝΑ", "NINA"), ("υma", "Uma"), ("ıan", "Ian"),
        ("ԁan", "Dan"), ("Օлена", "Олена"), ("ᴀna", "Ana"), ("ʀoza", "Roza"), ("Νίκος", "ΝΊΚΟΣ"),
        ("Анна\u034f", "Анна"), ("Анна\u3164", "Анна"), ("İvan", "i̇van"), ("10∶00", "10:00"),
    ],
)  # fmt: skip
def test_these_are_one_name(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Анна", "Anna"), ("Вера", "Віра"), ("Наталія", "Наталя"), ("Ілля", "Ілья"), ("Гриша", "Ґриша"),
        ("Микола", "Мікола"), ("Łucja", "Lucja"), ("Юля", "Юлія"), ("Анна", "Ганна"), ("Анна 1", "Анна 2"),
        ("Оксана", "Oksana"), ("Кай", "Каи"), ("Мар'яна", "Маряна"), ("Зоя 😀", "Зоя 😁"), ("Ola", "Ala"),
        ("Manicure", "Маникюр"), ("Ань", "Ан"), ("Śliwa", "Sliwa"),
        ("Lila", "Ilia"), ("Ася 3", "Ася З"), ("Қатя", "Катя"), ("Ольга", "Олга"), ("Йорж", "Иорж"),
    ],
)  # fmt: skip
def test_these_are_two_names(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize(
    "text", ["👩‍🎨 Аня", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "👨‍👩‍👧", "🧑🏽‍⚕️", "☎︎ 5", "O'Neil", "Łódź", "Zoë"]
)
def test_what_is_seen_is_stored(text: str) -> None:
    assert canonical(text) == readable(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\ufeff\u00ad", "\u3164", "\u2800", "\u200d", "\ufe0f", "\u034f\n"]
)
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert canonical(text) == comparable(text) == ""


def test_words_that_are_cut_are_read_whole_beside_the_text() -> None:
    assert list(rejoined("Візит скасо-вано")) == ["Візит скасовано"]
    assert list(rejoined("а\nБу-\nде\nв")) == ["аБу-", "Буде", "дев"]
    assert list(rejoined("Візит 10-12, о 15:00")) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("вiвторок", "вівторок"), ("недiля", "неділя"), ("нi", "ні"), ("HІ", "НІ"), ('п"ятниця', "п'ятниця"),
        ("п*ятниця", "п'ятниця"), ("п''ятниця", "п'ятниця"), (unicodedata.normalize("NFD", "środa"), "środa"),
        ("Вiзит cкаcoванo", "Візит скасовано"), ("Вiзит скасοвано", "Візит скасовано"),
        ("o 15:00 завтра", "о 15:00 завтра"),
        ("y вівторок", "у вівторок"), ("𝐁ооked ✅", "Booked ✅"), ("b\u200booked", "booked"),
        ("środа", "środa"),
        ("за\u00adвтра", "завтра"), ("Ｂｏｏｋｅｄ", "Booked"), ("a\r\nb\u2028c", "a\nb\nc"),
        ("10⁰⁰", "10⁰⁰"),
        ('Салон "Лілія"', 'Салон "Лілія"'), ("5 * 3", "5 * 3"), ("SPA для рук", "SPA для рук"), ("ok", "ok"),
        ("0ля", "оля"), ("с0бота", "собота"), ("3апреля", "3апреля"), ("10год", "10год"),
        ("о 0:30", "о 0:30"), ("0.5год", "0.5год"), (unicodedata.normalize("NFD", "й²"), "й²"),
        ("i'm Анна Ковальчук", "i'm Анна Ковальчук"), ("Καλημέρα", "Καλημέρα"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_a_person_reads_it(typed: str, read: str) -> None:
    assert readable(typed) == read
