"""Names that are typed in the other alphabet."""

import pytest

from botbackend.lib.transliteration import MOST, readings


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("koval", "ковал"),
        ("yuliia", "юлія"),
        ("hanna", "ганна"),
        ("iryna", "ірина"),
        ("yevhen", "євген"),
        ("коваль", "koval"),
        ("галина", "halyna"),
    ],
)
def test_a_name_of_the_other_alphabet_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert meant in readings(typed)


def test_there_are_few_readings_and_none_of_what_is_no_word() -> None:
    assert len(readings("yevheniiashchyhyi")) <= MOST
    assert readings("067") == readings("") == readings("anna1") == readings("łódź") == []
