"""How long a service takes and what it costs: with somebody, or with whoever comes to do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from bookings.catalogue import Catalogue, CatalogueOffering
from bookings.models.prices import Price, total_price
from bookings.values import Slot
from botbackend.office.calendar import words
from botbackend.office.desk import Desk


@dataclass(frozen=True, slots=True)
class Terms:
    """Minutes from the shortest to the longest, and the price; None where it is not told."""

    shortest: int
    longest: int
    price: Price | None


def terms_of(offered: Catalogue, service: int, specialist: int | None) -> Terms | None:
    """Return the terms of who was chosen, if they do the service, else of all who do; None for no service."""
    doing = [one for one in offered.offerings if one.service_id == service]
    own = [one for one in doing if one.specialist_id == specialist]
    if doing:
        return _together(own or doing)
    base = next((one for one in offered.services if one.id == service), None)
    return None if base is None else Terms(base.duration_minutes, base.duration_minutes, base.price)


def sum_of(terms: Iterable[Terms]) -> Terms:
    """Return the terms of several services one after another."""
    found = list(terms)
    return Terms(
        sum(one.shortest for one in found),
        sum(one.longest for one in found),
        total_price(one.price for one in found),
    )


def of_slots(slots: Sequence[Slot], prices: Iterable[Price | None] | None = None) -> Terms:
    """Return the terms of a visit as it would be, from its first minute to its last.

    `prices` are what its services cost where that is not what the slots say.
    """
    minutes = (max(one.end for one in slots) - min(one.start for one in slots)) // timedelta(minutes=1)
    return Terms(minutes, minutes, total_price((one.price for one in slots) if prices is None else prices))


def said(desk: Desk, terms: Terms) -> str:
    """Return the terms in words: "60 min · 450 UAH"."""
    minutes = str(terms.shortest)
    if terms.longest != terms.shortest:
        minutes = f"{terms.shortest}–{terms.longest}"
    length = _("%(minutes)s min") % {"minutes": minutes}
    return " · ".join(filter(None, [length, words.price_of(desk.salon, [terms.price])]))


def by_specialist(desk: Desk, offered: Catalogue, service: int) -> dict[str, str]:
    """Return the terms in words by the number of each who does the service; under "" those of anyone."""
    found = {
        str(one.specialist_id): _together([one]) for one in offered.offerings if one.service_id == service
    }
    anyone = terms_of(offered, service, None)
    if anyone is not None:
        found[""] = anyone
    wording = {one: said(desk, one) for one in set(found.values())}
    return {who: wording[one] for who, one in found.items()}


def _together(offerings: list[CatalogueOffering]) -> Terms:
    lengths = [one.duration_minutes for one in offerings]
    return Terms(min(lengths), max(lengths), _range([one.price for one in offerings]))


def _range(prices: list[Price | None]) -> Price | None:
    known = [price for price in prices if price is not None]
    if len(known) < len(prices):
        return None
    if len(set(known)) == 1:
        return known[0]
    lowest = min(known)
    ends = [price.to if price.is_from else price.amount for price in known]
    highest = max((end for end in ends if end is not None), default=lowest.amount)
    is_known = None not in ends and highest > lowest.amount
    return Price(lowest.amount, True, highest if is_known else None)
