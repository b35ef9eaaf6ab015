"""How each page of the office is asked for. A page without a line here fails the test of this module."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from ai.models import Knowledge, Scenario
from bookings.models import Client, DateOverride, DayOff, Resource, Service, Specialist
from botbackend.office import urls
from botbackend.office.figures.listings import LISTINGS, OWNERS_LISTINGS
from botbackend.workshop.bench._office.salon import Salon, invitation_token
from dialogues.models import Attachment, Dialogue, Message
from projects.models import Membership

_ROWS: dict[str, type[Model]] = {
    "specialist": Specialist,
    "service": Service,
    "room": Resource,
    "day_off": DayOff,
    "override": DateOverride,
    "dialogue": Dialogue,
    "attachment": Attachment,
    "knowledge": Knowledge,
    "member": Membership,
    "scenario": Scenario,
}
_WORDS = {
    "prompt": "main_response",
    "language": "uk",
    "text": "greeting",
    "uidb64": "MQ",
    "listing": "visits",
}
_PERIODS = (
    "span=own&since={today}&until={today}",
    "span=7",
    "span=month",
    "span=before",
    "span=90",
    "span=365",
    "span=own&since={two_years_ago}&until={today}",
)
_LONG = _PERIODS[-2:]
_DAYS = ("", "view=week&date={lately}", "view=list&date={lately}", "view=week&specialist={specialist}")
_FOUND = ("q=о", "q=олена шев", "q=0501", "q=олена 8050", "q=нікого")
# By the name of the address: what stands behind its question mark, once for each time it is asked.
ASKED: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("home", "salons", "salon-new", "technical", "invitation"), ("",)),
    **dict.fromkeys(
        ("login", "sign-in-code", "password_change", "password-reset", "password-reset-set"), ("",)
    ),
    **dict.fromkeys(
        ("security", "security-second-step", "security-recovery-codes", "security-remove"), ("",)
    ),
    "calendar": _DAYS,
    "calendar-list": ("view=list&date={lately}",),
    "calendar-events": ("start={lately}&end={lately_end}&columns=1", "start={week_ago}&end={today}"),
    "calendar-pulse": ("", "start={week_ago}&end={today}"),
    "calendar-feed": ("",),
    "visit-new": ("", "start={tomorrow}T12:00:00&specialist={specialist}&client={client}"),
    "visit-times": ("service={service}&services={service}&day={tomorrow}",),
    "visit-clients": ("name=оле", "phone=0501"),
    **dict.fromkeys(("visit-client-open", "visit-client", "visit", "visit-cancel", "visit-move"), ("",)),
    "visit-give-look": ("client={client}",),
    **dict.fromkeys(("visit-restore", "visit-services", "visit-tell", "visit-price", "visit-give"), ("",)),
    "visit-move-times": ("day={tomorrow}&time=12:00&specialist={specialist}",),
    "visit-services-times": ("services={service}",),
    "calendar-print": ("date={lately}",),
    "inbox": ("", "show=waiting", "show=person", *_FOUND[:3], "below={long_ago}T12:00:00%2B00:00~1"),
    "inbox-list": ("", "show=waiting"),
    **dict.fromkeys(("inbox-count", "talk", "talk-live", "talk-media", "message-why"), ("",)),
    "talk-older": ("before={message}",),
    "clients": ("", *_FOUND),
    "clients-found": ("", *_FOUND),
    **dict.fromkeys(
        ("clients-alike", "client-new", "client", "client-edit", "client-export", "client-forget"), ("",)
    ),
    "client-record": ("",),
    "client-visits": ("page=2",),
    "client-merge": ("", "q=олена"),
    "client-merge-with": ("",),
    **dict.fromkeys(("team", "team-people", "team-salon-hours", "team-hours", "team-leave-month"), ("",)),
    "team-month": ("", "month={month}"),
    "team-day": ("date={today}",),
    "team-leave-new": ("date={today}&specialist={specialist}",),
    "team-override-new": ("date={today}&specialist={specialist}",),
    **dict.fromkeys(("team-leave", "team-override"), ("",)),
    **dict.fromkeys(("team-prices", "team-table"), ("", "specialist={specialist}")),
    **dict.fromkeys(("team-own-cell", "team-own-cell-edit", "team-cell", "team-cell-edit"), ("",)),
    **dict.fromkeys(("team-services", "team-service-list", "team-rooms", "team-room-list"), ("",)),
    **{
        f"team-{kind}{act}": ("",)
        for kind in ("specialist", "service", "room")
        for act in ("", "-new", "-aside")
    },
    **dict.fromkeys(("assistant", "assistant-prompt", "assistant-difference", "assistant-try"), ("",)),
    **dict.fromkeys(
        ("assistant-chat", "assistant-questions", "assistant-knowledge", "assistant-facts"), ("",)
    ),
    **dict.fromkeys(
        ("assistant-fact-new", "assistant-fact", "assistant-wordings", "assistant-wordings-in"), ("",)
    ),
    **dict.fromkeys(("assistant-wording", "assistant-permissions", "assistant-run"), ("",)),
    **dict.fromkeys(("assistant-scenarios", "assistant-scenario-new", "assistant-scenario"), ("",)),
    "assistant-cost": ("", "month={month}"),
    "figures": ("",),
    **dict.fromkeys(("figures-visits", "figures-team", "figures-clients", "figures-talks"), _PERIODS),
    "figures-download": tuple(
        f"listing={name}&{span}" for name in (*LISTINGS, *OWNERS_LISTINGS) for span in _LONG
    ),
    **dict.fromkeys(("settings", "settings-salon", "settings-connections"), ("",)),
    **dict.fromkeys(("settings-people", "settings-invite", "settings-member"), ("",)),
    **dict.fromkeys(("settings-keys", "settings-new-key"), ("",)),
}
# Who asks, where it is not the owner alone: what another role sees is read otherwise.
WHO: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("invitation", "login", "sign-in-code", "password-reset"), ("stranger",)),
    "password-reset-set": ("stranger",),
    "technical": ("owner", "operator"),
    "salon-new": ("operator",),
    **dict.fromkeys(
        ("calendar", "calendar-list", "calendar-events", "calendar-pulse", "visit"), ("owner", "specialist")
    ),
}
# What opens no page of its own, and the link of a letter that nobody sent.
_STATUS = {
    **dict.fromkeys(("home", "assistant-wordings", "sign-in-code"), 302),
    "password-reset-set": 404,
}


@dataclass(frozen=True)
class Ask:
    """One request. `what` is how it is called in the table."""

    what: str
    address: str
    who: str
    status: int = 200


def pages(parts: Sequence[Any] = urls.urlpatterns) -> Iterator[URLPattern]:
    """Yield every address of the office."""
    for part in parts:
        if isinstance(part, URLResolver):
            yield from pages(part.url_patterns)
        else:
            yield part


def asks(salon: Salon) -> Iterator[Ask]:
    """Yield all that is measured, in the order of the addresses."""
    values = _values(salon)
    for page in pages():
        name = str(page.name)
        for query in ASKED.get(name, ()):
            for who in WHO.get(name, ("owner",)):
                yield _ask(page, query.format(**values), who, values)


def _ask(page: URLPattern, query: str, who: str, values: Mapping[str, Any]) -> Ask:
    words = dict(values)
    if query.startswith("listing="):
        listing, _, query = query.partition("&")
        words["listing"] = listing.removeprefix("listing=")
    inside = {name: words[name] for name in page.pattern.converters}
    if hasattr(page.callback, "office_roles"):
        inside["salon"] = words["salon"]
    what = f"{page.name} {words['listing'] if 'listing' in inside else ''} {_short(query)}".rstrip()
    address = reverse(f"office:{page.name}", kwargs=inside)
    return Ask(
        " ".join(what.split()) + ("" if who == "owner" else f" ({who})"),
        f"{address}?{query}",
        who,
        _STATUS.get(str(page.name), 200),
    )


def _short(query: str) -> str:
    return query.replace("span=own&", "").replace("since=", "").replace("&until=", "..")


def _values(salon: Salon) -> dict[str, Any]:
    """What stands in addresses: dates around today, and the rows with most behind them."""
    today = timezone.now().astimezone(ZoneInfo(salon.project.timezone)).date()
    days = {
        "today": 0, "tomorrow": 1, "lately": -3, "lately_end": -2, "week_ago": -7, "long_ago": -300,
        "two_years_ago": -730,
    }  # fmt: skip
    project = salon.project
    rows = {
        name: model._default_manager.filter(project=project).latest("pk").pk for name, model in _ROWS.items()
    }
    visit = project.bookings.filter(status="booked", specialist__user=salon.specialist).latest("pk")
    return {
        **{name: (today + timedelta(days=ahead)).isoformat() for name, ahead in days.items()},
        "month": f"{today - timedelta(days=40):%Y-%m}",
        **_WORDS,
        "token": invitation_token(),
        **rows,
        "salon": project.slug,
        "booking": visit.pk,
        "client": Dialogue.objects.get(pk=rows["dialogue"]).client_id,
        "other": Client.objects.filter(project=project).earliest("pk").pk,
        "message": Message.objects.filter(dialogue=rows["dialogue"], turn_id__isnull=False).latest("pk").pk,
    }
