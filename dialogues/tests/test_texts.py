"""Texts in pieces for the channel and cut for the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.models import Message
from dialogues.outbound.texts import (
    MODEL_LIMIT,
    cut_for_model,
    printable,
    split_text,
    text_hash,
    utf16_length,
)
from dialogues.selectors import describe

words = st.text(st.sampled_from("абв xyz.!?\n💇👩🏽\u0301…»") | st.characters(), max_size=300)


def bare(text: str) -> str:
    return "".join(printable(text).split())


@given(text=words, limit=st.integers(min_value=4, max_value=60))
def test_pieces_fit_and_lose_nothing_but_white_space(text: str, limit: int) -> None:
    pieces = split_text(text, limit=limit)
    assert all(0 < utf16_length(piece) <= limit for piece in pieces)
    assert bare("".join(pieces)) == bare(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two three four.", ["One. Two", "three four."]),
        ("Aaaa aaa. Bbbb bbb.", ["Aaaa aaa.", "Bbbb bbb."]),
        ("Aaaaaa\n\nBbbbbb cc", ["Aaaaaa", "Bbbbbb cc"]),
        ("abcdefghijklmnop", ["abcdefghijkl", "mnop"]),
        ("   \n ", []),
    ],
)
def test_a_cut_is_made_at_the_best_place_there_is(text: str, pieces: list[str]) -> None:
    assert split_text(text, limit=12) == pieces


def test_an_accent_or_a_skin_tone_stays_with_its_letter() -> None:
    assert split_text("aaaaaaaaaaae\u0301b", limit=12) == ["aaaaaaaaaaa", "e\u0301b"]
    assert split_text("aaaaaaaaaa👩🏽b", limit=12) == ["aaaaaaaaaa", "👩🏽b"]


def test_an_oversized_message_is_cut_for_the_model_with_a_mark_and_kept_whole_for_people() -> None:
    message = Message(kind="text", text="x" * (MODEL_LIMIT + 50))
    assert describe(message) == "x" * MODEL_LIMIT + " [… 50 more characters were cut off]"
    assert cut_for_model("short") == "short"
    assert len(message.text) == MODEL_LIMIT + 50


def test_what_is_no_plain_text_says_what_it_is() -> None:
    assert describe(Message(kind="photo", text="this colour")) == "[photo] this colour"
    assert describe(Message(kind="voice", text="")) == "[voice]"


def test_texts_are_compared_by_their_words() -> None:
    assert text_hash("  Так,\n згода ") == text_hash("Так, згода")
    assert text_hash("cafe\u0301") == text_hash("caf\u00e9")
    assert text_hash("yes") != text_hash("no")
