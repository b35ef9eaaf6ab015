"""Encryption at rest and exact search over it."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from botbackend.lib import crypto


def make_key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_encrypted_comes_back_and_does_not_show_the_clear_text() -> None:
    token = crypto.encrypt("Олена +380671112233")
    assert "Олена" not in token
    assert crypto.decrypt(token) == "Олена +380671112233"


def test_two_encryptions_of_one_text_differ() -> None:
    assert crypto.encrypt("Olena") != crypto.encrypt("Olena")


def test_an_older_key_still_opens_what_it_closed(settings: Settings) -> None:
    old, new = make_key(), make_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    token = crypto.encrypt("Olena")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert crypto.decrypt(token) == "Olena"
    moved = crypto.rotate(token)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert crypto.decrypt(moved) == "Olena"


def test_a_lost_key_is_a_clear_error(settings: Settings) -> None:
    token = crypto.encrypt("Olena")
    settings.FIELD_ENCRYPTION_KEYS = [make_key()]
    with pytest.raises(crypto.UndecryptableError, match="FIELD_ENCRYPTION_KEYS"):
        crypto.decrypt(token)


def test_a_blind_index_finds_equal_values_of_one_purpose_only() -> None:
    index = crypto.blind_index("380671112233", purpose="phone")
    assert index == crypto.blind_index("380671112233", purpose="phone")
    assert index != crypto.blind_index("380671112233", purpose="name")
    assert index != crypto.blind_index("380671112234", purpose="phone")


def test_nothing_has_no_index_so_that_unknown_phones_do_not_match_each_other() -> None:
    assert crypto.blind_index("", purpose="phone") == ""


def test_rotating_the_field_keys_leaves_the_index_as_it_is(settings: Settings) -> None:
    before = crypto.blind_index("Olena", purpose="name")
    settings.FIELD_ENCRYPTION_KEYS = [make_key()]
    assert crypto.blind_index("Olena", purpose="name") == before
