"""What the second call gets to know: everything that a reply may name, with its reference."""

from datetime import timedelta
from typing import Any

from ai.facts.client import local, weekday
from ai.facts.horizon import compact_calendar
from ai.facts.salon import SalonBriefing, dump
from ai.facts.understand import proposal_json
from ai.models import PromptVersion
from ai.references.book import Reference, ReferenceBook
from ai.understanding.understood import Understood
from bookings.deadline import is_too_late
from bookings.models import Booking
from dialogues.models import StaffTask

_LONGEST_ABOUT = 200
_A_USUAL_DAY = timedelta(days=2)  # code calls the two before it today and tomorrow


def salon_block(salon: SalonBriefing, book: ReferenceBook) -> str:
    """Return the salon's prompt, catalogue, hours and notes: the same for all its clients of one language."""
    return "\n\n".join(
        [
            salon.prompts[PromptVersion.Name.RESPONSE].text,
            dump(_catalogue(salon, book)),
            dump(
                {
                    "salon": salon.project.name,
                    "hours": book.as_json("h"),
                    "notes": [note.as_json() for note in salon.notes],
                }
            ),
        ]
    )


def _catalogue(salon: SalonBriefing, book: ReferenceBook) -> dict[str, Any]:
    """Return services and specialists with the references of their prices and lengths."""
    services = sorted(salon.catalogue.services, key=lambda service: service.id)
    specialists = sorted(salon.catalogue.specialists, key=lambda specialist: specialist.id)
    return {
        "services": [
            {
                "id": service.id,
                "name": service.name_in(book.speech.language),
                "price": _named(book.get(f"p{service.id}")),
                "length": _named(book.get(f"l{service.id}")),
                "with": _own_terms(salon, book, service.id),
            }
            for service in services
        ],
        "specialists": [
            {
                "id": one.id,
                "name": one.name_in(book.speech.language),
                "services": sorted(one.service_ids),
            }
            for one in specialists
        ],
    }


def _own_terms(salon: SalonBriefing, book: ReferenceBook, service_id: int) -> list[dict[str, Any]]:
    """Return where a specialist's price or length differs from the service's."""
    general = [book.get(f"{letter}{service_id}") for letter in "pl"]
    found = []
    for offering in sorted(salon.catalogue.offerings, key=lambda one: one.specialist_id):
        if offering.service_id != service_id:
            continue
        own = [book.get(f"{letter}{service_id}.{offering.specialist_id}") for letter in "pl"]
        if [one.says for one in own if one] != [one.says for one in general if one]:
            price, length = own
            terms = {"specialist": offering.specialist_id, "price": _named(price), "length": _named(length)}
            found.append(terms)
    return found


def _named(reference: Reference | None) -> dict[str, Any] | None:
    return reference.as_json() if reference else None


def respond_facts(turn: Understood, book: ReferenceBook, looked_up: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is true right now. `looked_up` is what was found for each wish."""
    context, salon, facts = turn.context, turn.salon, turn.facts
    now = context.now.astimezone(salon.zone)
    return {
        "now": local(now, salon),
        "today": weekday(now.date()),
        "calendar": {
            "ref": "d<YYYY-MM-DD>",
            "says": book.words(f"d{now.date() + _A_USUAL_DAY}"),
            "days": compact_calendar(book.first, book.last),
        },
        "language": context.language,
        "client": {"name": context.client.name, "phone_known": bool(context.client.phone)},
        "earlier_conversation": facts.summary,
        "client_visits": [_visit_ahead(turn, book, visit) for visit in facts.visits],
        "past_visits": [_named(book.get(f"v{visit.pk}")) for visit in facts.past],
        "open_proposal": _open(turn, book),
        "accepted": turn.accepted is not None,
        **({"held_back": True} if turn.is_held_back else {}),
        "answer_taken": turn.answer,
        "with_staff": [_passed_on(task, salon) for task in facts.tasks],
        "asked_for": _asked_for(book, looked_up),
        "understanding": turn.form.model_dump(mode="json", exclude_defaults=True, by_alias=True),
        "wishes": looked_up,
        "done": done_of(turn),
    }


def _visit_ahead(turn: Understood, book: ReferenceBook, visit: Booking) -> dict[str, Any] | None:
    known = _named(book.get(f"v{visit.pk}"))
    late = is_too_late(project=turn.context.project, booking=visit, now=turn.context.now)
    if known and visit.guest_name:
        known |= {"for": visit.guest_name}
    return known | {"too_late_to_change_here": True} if known and late else known


def _passed_on(task: StaffTask, salon: SalonBriefing) -> dict[str, str]:
    """Return what people have to answer, so that it may be told that they will.

    The client's own words, which staff read below it, stand in the talk.
    """
    about = task.reason.partition("\n> ")[0][:_LONGEST_ABOUT]
    return {"kind": task.kind, "about": about, "since": local(task.created_at, salon)}


def _asked_for(book: ReferenceBook, looked_up: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was asked for; of one wish's moments also which free starts they are, [] if taken."""
    asked = [one for one in book.as_json("a") if one["says"]]
    slots = looked_up[0].get("slots") if len(looked_up) == 1 else None
    if slots is None:
        return asked
    return [one | _free_then(one, slots) for one in asked]


def _free_then(asked: dict[str, Any], slots: list[dict[str, Any]]) -> dict[str, list[str]]:
    if "start" not in asked:
        return {}
    return {"free": [slot["ref"] for slot in slots if slot["start"] == asked["start"]]}


def _open(turn: Understood, book: ReferenceBook) -> dict[str, Any] | None:
    known = proposal_json(turn.facts.proposal, turn.salon)
    return known and known | (_named(book.get("open")) or {})


def done_of(turn: Understood) -> list[str]:
    """Return what code does in this turn by itself, so that it may be told."""
    done = ["phone saved"] if turn.form.client_phone or turn.form.guest_phone else []
    if turn.form.client_name:
        done.append("name saved")
    if turn.form.remark.kind == "complaint":
        done.append("complaint passed to staff")
    if turn.note and (turn.accepted is not None or turn.noted_visit is not None):
        done.append("remark kept on the booking")
    return done
