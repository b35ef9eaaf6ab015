"""The second step of signing in: what counts as a code, how often, and what is stored of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from projects.models import Authenticator, Membership, RecoveryCode, SignIn
from projects.security import second_factor
from projects.security.devices import browser_and_system, shortened
from projects.security.second_factor import FactorRequired, WaitForCode, WrongCode
from projects.tests.authenticators import code_of, with_second_factor
from projects.tests.factories import make_project, make_staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def test_a_code_is_good_once(clock: time_machine.Traveller) -> None:
    user = make_staff()
    secret, _ = with_second_factor(user)
    with pytest.raises(WrongCode):  # setting up has taken it
        second_factor.prove(user=user, typed=code_of(secret))
    clock.shift(60)
    assert second_factor.prove(user=user, typed=f" {code_of(secret)[:3]} {code_of(secret)[3:]}") == "app"
    clock.shift(1)
    with pytest.raises(WrongCode):
        second_factor.prove(user=user, typed=code_of(secret))


@pytest.mark.parametrize(("seconds", "is_good"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_the_phones_clock_may_be_half_a_minute_off(
    seconds: int, is_good: bool, clock: time_machine.Traveller
) -> None:
    user = make_staff()
    secret, _ = with_second_factor(user)
    clock.shift(300)
    typed = code_of(secret, at=NOON + timedelta(seconds=300 + seconds))
    if is_good:
        assert second_factor.prove(user=user, typed=typed) == SignIn.Factor.APP
    else:
        with pytest.raises(WrongCode):
            second_factor.prove(user=user, typed=typed)


def test_guesses_wait_twice_as_long_each_time_and_recovery_codes_never(
    clock: time_machine.Traveller,
) -> None:
    user = make_staff()
    secret, codes = with_second_factor(user)
    clock.shift(60)
    for pause in (1, 2, 4, 8, 16):
        with pytest.raises(WrongCode):
            second_factor.prove(user=user, typed="000000")
        with pytest.raises(WaitForCode):
            second_factor.prove(user=user, typed=code_of(secret))
        clock.shift(pause)
    assert Authenticator.objects.get().throttling_failure_count == 5
    assert second_factor.prove(user=user, typed=codes[0]) == SignIn.Factor.RECOVERY
    assert second_factor.prove(user=user, typed=code_of(secret)) == SignIn.Factor.APP
    assert Authenticator.objects.get().throttling_failure_count == 0


def test_a_recovery_code_is_good_once_for_its_owner_however_it_is_typed() -> None:
    user, other = make_staff(), make_staff()
    _, codes = with_second_factor(user)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    with pytest.raises(WrongCode):
        second_factor.prove(user=other, typed=codes[0])
    assert second_factor.prove(user=user, typed=codes[0].replace("-", " ").upper()) == "recovery"
    with pytest.raises(WrongCode):
        second_factor.prove(user=user, typed=codes[0])
    assert second_factor.recovery_codes_left(user) == second_factor.RECOVERY_CODES - 1


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "1234567", "ж" * 40, "\x00"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    user = make_staff()
    with_second_factor(user)
    with pytest.raises(WrongCode):
        second_factor.prove(user=user, typed=typed)


def test_neither_the_secret_nor_a_code_stands_in_the_database() -> None:
    user = make_staff()
    secret, codes = with_second_factor(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM projects_authenticator")
        stored = str(cursor.fetchall())
    assert secret not in stored
    assert Authenticator.objects.get().secret not in stored
    hashes = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not any(code.replace("-", "") in hashes for code in codes)


def test_a_wrong_first_code_sets_nothing_up_and_keeps_what_was_there() -> None:
    user = make_staff()
    _, codes = with_second_factor(user)
    before = Authenticator.objects.get().secret
    with pytest.raises(WrongCode):
        second_factor.set_up(user=user, secret=second_factor.new_secret(), typed="000000")
    assert Authenticator.objects.get().secret == before
    assert second_factor.prove(user=user, typed=codes[0]) == SignIn.Factor.RECOVERY


def test_who_must_have_it_can_replace_it_but_not_remove_it(settings: Settings) -> None:
    owner = make_staff(make_project())
    _, codes = with_second_factor(owner)
    settings.REQUIRE_SECOND_FACTOR = True
    with pytest.raises(FactorRequired):
        second_factor.remove(user=owner, typed=codes[0])
    settings.REQUIRE_SECOND_FACTOR = False
    second_factor.remove(user=owner, typed=codes[0])
    assert not second_factor.has_second_factor(owner)
    assert not RecoveryCode.objects.exists()


def test_owners_and_operators_are_named_while_they_lack_it(settings: Settings) -> None:
    salon = make_project()
    owner, operator = make_staff(salon), make_staff(is_superuser=True)
    manager = make_staff(salon, role=Membership.Role.STAFF)
    left = make_staff(salon, is_active=False)
    assert set(second_factor.lacking()) == {owner, operator}
    settings.REQUIRE_SECOND_FACTOR = True
    assert [second_factor.is_required_of(one) for one in (owner, operator, manager)] == [True, True, False]
    with_second_factor(owner)
    assert set(second_factor.lacking()) == {operator}
    assert left not in second_factor.lacking()


def test_an_operator_resets_it_and_that_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    owner, operator = make_staff(make_project()), make_staff(is_superuser=True)
    with_second_factor(owner)
    call_command("reset_second_factor", owner.username, by=operator.username)
    assert "had_second_factor=yes" in capsys.readouterr().out
    assert not second_factor.has_second_factor(owner)
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (operator.pk, str(owner.pk))
    assert entry.change_message == "second factor reset"


def test_nobody_but_an_operator_resets_it() -> None:
    owner, other = make_staff(make_project()), make_staff(make_project())
    with_second_factor(owner)
    for by in (other.username, "nobody@example.com"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", owner.username, by=by)
    assert second_factor.has_second_factor(owner)


@pytest.mark.parametrize(
    ("agent", "known"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36", ("Chrome", "Windows")),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            ("Edge", "Windows"),
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS like Mac OS X) Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", ("Firefox", "Android")),
        ("curl/8.0 <script>", ("", "")),
    ],
)  # fmt: skip
def test_devices_are_told_in_plain_words(agent: str, known: tuple[str, str]) -> None:
    assert browser_and_system(agent) == known


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("198.51.100.7", "198.51.100.x"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", ""),
    ],
)
def test_addresses_are_kept_without_their_last_part(address: str, kept: str) -> None:
    assert shortened(address) == kept


def test_the_picture_holds_what_apps_read() -> None:
    user = make_staff(username="anna+1@example.com")
    address = urlsplit(second_factor.address_for_apps(user=user, secret="ABC", issuer="bot.example.com"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/bot.example.com:anna+1@example.com"
    assert parse_qs(address.query) == {"secret": ["ABC"], "issuer": ["bot.example.com"]}
