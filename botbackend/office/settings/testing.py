"""*Test*: each connection is asked now, by a person who waits; five seconds, outside any transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botbackend.lib.deadlines import within
from dialogues.models import channel_of
from dialogues.sendpulse.account import CredentialsRefusedError
from dialogues.sendpulse.client import SendPulse, SendPulseError
from dialogues.sendpulse.outcomes import Fate
from projects.models import Project
from projects.throttles import seconds_to_wait
from sheets.models import SheetLink

SECONDS = 5.0
KEY_SECONDS = 2.0
PER_MINUTE = 6  # of one salon: each is a request to somebody else's service


@dataclass(frozen=True)
class Verdict:
    """What a test found: whether all is well, what was said, and who must do what."""

    is_well: bool
    said: str
    advice: str = ""


def run_test(name: str, salon: Project) -> Verdict:
    """Ask one connection. Raises KeyError for a name that there is not."""
    test = TESTS[name]
    if seconds_to_wait(f"connection-test:{salon.pk}", limit=PER_MINUTE):
        return Verdict(
            False, _("You have tested often in this minute."), _("Wait a minute, then press Test again.")
        )
    try:
        return within(SECONDS, lambda: test(salon))
    except TimeoutError:
        return Verdict(
            False,
            _("No answer within five seconds."),
            _("Try again in a minute; if it lasts, tell the operator."),
        )


def _sendpulse(salon: Project) -> Verdict:
    bot_id = channel_of(salon).sendpulse_bot_id
    try:
        names = SendPulse(salon).bot_names()
    except CredentialsRefusedError:
        return Verdict(False, _("There are no keys of a SendPulse account."), _enter_keys())
    except SendPulseError as error:
        if error.fate is Fate.UNAUTHORISED:
            return Verdict(False, _("SendPulse refuses the keys."), _enter_keys())
        said = _("SendPulse did not answer as it should: %(what)s") % {
            "what": error.outcome.detail or error.fate.value
        }
        return Verdict(False, said, _("Nobody has to do anything: try again in a few minutes."))
    if not bot_id:
        return Verdict(
            False, _("The keys work, but no bot is chosen."), _("Write the bot's id above and save.")
        )
    if bot_id not in names:
        return Verdict(
            False, _("The keys work, but this account has no bot with the id above."), _bots_there(names)
        )
    return Verdict(
        True, _("SendPulse answers. The bot is called %(name)s.") % {"name": names[bot_id] or bot_id}
    )


def _enter_keys() -> str:
    return _("In SendPulse open the account settings, API, copy the id and the secret, and save them above.")


def _bots_there(names: dict[str, str]) -> str:
    listed = ", ".join(f"{name or '–'} ({number})" for number, name in list(names.items())[:5])
    return _("It has: %(bots)s. Write the right id above and save.") % {"bots": listed or "–"}


def _claude(salon: Project) -> Verdict:
    from ai.claude.trying import try_keys  # loads Claude's client, which pages do without

    tried = try_keys(seconds=KEY_SECONDS)
    if not tried:
        return Verdict(
            False,
            _("There is no key: the bot works through numbered menus."),
            _("The operator sets CLAUDE_API_KEY_1."),
        )
    good = sum(1 for one in tried if one.is_well)
    if good == len(tried):
        said = ngettext(
            "Claude answers; %(count)s key works.", "Claude answers; all %(count)s keys work.", good
        )
        return Verdict(True, said % {"count": good})
    if good:
        said = _("Claude answers; %(good)s of %(all)s keys work.") % {"good": good, "all": len(tried)}
        return Verdict(True, said, _("The operator replaces the keys that are refused."))
    if any(one.status in (401, 403) for one in tried):
        return Verdict(
            False, _("Claude refuses the keys."), _("The operator replaces them, or pays the bill.")
        )
    return Verdict(
        False,
        _("Claude does not answer."),
        _("Nobody has to do anything: the bot works through menus meanwhile."),
    )


def _google(salon: Project) -> Verdict:
    link = SheetLink.objects.filter(project=salon).exclude(spreadsheet_id="").first()
    if link is None:
        return Verdict(False, _("No spreadsheet is chosen."), _("Paste its link above and save."))
    # Whoever never presses this need not have loaded Google's client.
    from sheets.google import GoogleError, tabs_of
    from sheets.trouble.advice import advice_on

    try:
        tabs = tabs_of(link.spreadsheet_id)
    except GoogleError as error:
        return Verdict(False, str(error), advice_on(error, link.spreadsheet_id))
    said = ngettext(
        "Google answers; the spreadsheet has %(count)s tab.",
        "Google answers; the spreadsheet has %(count)s tabs.",
        len(tabs),
    )
    return Verdict(True, said % {"count": len(tabs)})


TESTS: dict[str, Callable[[Project], Verdict]] = {
    "sendpulse": _sendpulse,
    "claude": _claude,
    "google": _google,
}
