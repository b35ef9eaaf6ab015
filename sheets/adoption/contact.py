"""First contact with a spreadsheet that holds something: a plan, a person's yes or no, and only then work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Specialist
from botbackend.lib.errors import DomainError
from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from dialogues.staff.handoff import open_staff_task
from projects.models import Project
from sheets import google, selectors
from sheets.adoption import wording
from sheets.adoption.facts import read_salon, read_tabs
from sheets.adoption.planning import TabPlan, TabRead, is_ours, plan_tabs
from sheets.adoption.taking import take
from sheets.models import SheetAdoption, SheetLink, SheetTab
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.lane import ANSWER_PATIENCE_SECONDS, own_lane

TASK = "sheet_plan"
READING_SECONDS = 60.0
WAITS = "the spreadsheet holds something already; say yes or no to the plan of what becomes of it"
REFUSED = "a person refused the plan of what would become of this spreadsheet"


class AwaitsYes(Exception):
    """The spreadsheet held something before us, and nobody has said yes yet."""


class NoPlan(DomainError):
    """There is nothing to say yes or no to."""

    code = "no_plan"
    http_status = 404


class PlanChanged(DomainError):
    """The spreadsheet or the visits changed so that another plan follows; it waits for its own yes."""

    code = "plan_changed"
    http_status = 409


@dataclass(frozen=True)
class Draft:
    """A plan that nobody has seen yet; `stored` is what they will see."""

    plans: Sequence[TabPlan]
    names: Mapping[int, str]
    stored: list[wording.Json]

    @property
    def digest(self) -> str:
        """What an equal plan has in common with this one."""
        return wording.digest_of(self.stored)

    @property
    def left_alone(self) -> list[int]:
        """The tabs that stay the salon's own."""
        return [plan.sheet_id for plan in self.plans if plan.layout is None]


def check(link: SheetLink, claim: Claim, shown: Collection[Specialist]) -> set[int]:
    """Return those of `shown` whose tab waits for a yes. Raises AwaitsYes where all of the spreadsheet does.

    A spreadsheet that is known is not asked about again: that is one statement and no request.
    """
    draft = make_draft_if_new(link, shown)
    if draft is None:
        return set()
    with held(claim):
        store(link, draft)
    if not link.own_tabs().exists() and not _accepted(link).exists():
        raise AwaitsYes(REFUSED if _is_refused(link) else WAITS)
    return {plan.specialist_id for plan in draft.plans if plan.layout is not None and plan.specialist_id}


def make_draft_if_new(link: SheetLink, shown: Collection[Specialist]) -> Draft | None:
    """The plan of what waits for a yes, where anything may wait; nothing is written."""
    with_tab = set(link.own_tabs().values_list("specialist_id", flat=True))
    if all(one.pk in with_tab for one in shown):
        return None
    return make_draft(link)


def make_draft(link: SheetLink) -> Draft | None:
    """Look and plan, and write nothing anywhere; None = there is nothing that needs a yes. Two reads."""
    known = {tab.sheet_id: tab.specialist_id for tab in link.own_tabs()}
    specialists = [one for one in selectors.shown_specialists(link) if one.pk not in known.values()]
    grids = [grid for grid in google.grids_of(link.spreadsheet_id) if grid.sheet_id not in known]
    if known or _accepted(link).exists():
        names = {comparable(one.name) for one in specialists}
        alone = left_alone(link)
        grids = [grid for grid in grids if grid.sheet_id not in alone and comparable(grid.title) in names]
    read = read_tabs(link, grids)
    uids = set(link.own_rows().values_list("row_uid", flat=True))
    if all(is_ours(tab, uids) for tab in read):
        return None
    return _tried(link, _plans(link, read, specialists), specialists)


def _plans(link: SheetLink, read: Sequence[TabRead], specialists: Collection[Specialist]) -> list[TabPlan]:
    return plan_tabs(read, read_salon(link.project, specialists, now=timezone.now()))


def _tried(link: SheetLink, plans: Sequence[TabPlan], specialists: Collection[Specialist]) -> Draft:
    """The rules themselves say what can be booked: it is, and then all of it is taken back."""
    with transaction.atomic():
        tried = take(link, plans)
        transaction.set_rollback(True)
    names = {one.pk: one.name for one in specialists}
    return Draft(plans, names, wording.plan_json(tried, names))


@transaction.atomic
def store(link: SheetLink, draft: Draft) -> SheetAdoption:
    """Keep the plan for whoever may say yes, and tell staff; the same plan is kept and told once."""
    SheetLink.objects.select_for_update().get(pk=link.pk)
    latest = link.adoptions.filter(spreadsheet_id=link.spreadsheet_id).first()
    is_open = latest is not None and latest.state != SheetAdoption.State.ACCEPTED
    if latest is not None and is_open and latest.digest == draft.digest:
        return latest
    link.adoptions.filter(state=SheetAdoption.State.WAITING).delete()
    made = SheetAdoption.objects.create(
        link=link,
        spreadsheet_id=link.spreadsheet_id,
        plan=draft.stored,
        digest=draft.digest,
        left_alone=draft.left_alone,
    )
    if latest is None or latest.state != SheetAdoption.State.WAITING:
        open_staff_task(project=link.project, dialogue=None, kind=TASK, reason=WAITS)
    return made


def waiting_plan(link: SheetLink) -> SheetAdoption | None:
    """The plan that waits for a yes or a no."""
    return link.adoptions.filter(
        state=SheetAdoption.State.WAITING, spreadsheet_id=link.spreadsheet_id
    ).first()


def _is_refused(link: SheetLink) -> bool:
    latest = link.adoptions.filter(spreadsheet_id=link.spreadsheet_id).first()
    return latest is not None and latest.state == SheetAdoption.State.REFUSED


def left_alone(link: SheetLink) -> set[int]:
    """The tabs of which a person agreed that they stay the salon's own."""
    return {at for alone in _accepted(link).values_list("left_alone", flat=True) for at in alone}


def _accepted(link: SheetLink) -> QuerySet[SheetAdoption]:
    return link.adoptions.filter(state=SheetAdoption.State.ACCEPTED, spreadsheet_id=link.spreadsheet_id)


def accept(link: SheetLink, *, adoption_id: int, who: str) -> Draft:
    """Look again and do what the plan says, if it still says the same; the next cycle writes our columns.

    No cycle runs meanwhile: one that had begun before would ask again, or let the mirror rest. Raises NoPlan,
    PlanChanged (the new plan is stored then), BusySheet, LeaseLost, GoogleError.
    """
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim:
        seen = waiting_plan(link)
        if seen is None or seen.pk != adoption_id:
            raise NoPlan("This plan does not wait for an answer any more.")
        claim.extend(READING_SECONDS)
        draft = make_draft(link)
        claim.extend(READING_SECONDS)
        if draft is None or draft.digest != seen.digest:
            _store_other(link, draft)
            raise PlanChanged("The spreadsheet changed meanwhile; look at the new plan.")
        with held(claim):
            _take_for_good(link, seen, draft, who)
    return draft


def _store_other(link: SheetLink, draft: Draft | None) -> None:
    if draft is not None:
        store(link, draft)
    else:
        link.adoptions.filter(state=SheetAdoption.State.WAITING).delete()
        go_on(link)


def _take_for_good(link: SheetLink, seen: SheetAdoption, draft: Draft, who: str) -> None:
    SheetLink.objects.select_for_update().get(pk=link.pk)
    if not _decide(seen, SheetAdoption.State.ACCEPTED, who):
        raise NoPlan("Somebody else has answered this plan.")
    done = take(link, draft.plans)
    if wording.digest_of(wording.plan_json(done, draft.names)) != seen.digest:
        raise PlanChanged("A visit was booked meanwhile; look at the plan again.")
    go_on(link)


def _decide(adoption: SheetAdoption, state: SheetAdoption.State, who: str) -> bool:
    waiting = SheetAdoption.objects.filter(pk=adoption.pk, state=SheetAdoption.State.WAITING)
    return bool(waiting.update(state=state, plan=None, decided_at=timezone.now(), decided_by=who[:200]))


def refuse(link: SheetLink, *, adoption_id: int, who: str) -> None:
    """Leave the spreadsheet as it is; the mirror of what waited rests until a new plan is asked for.

    Raises NoPlan, BusySheet, LeaseLost.
    """
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim, held(claim):
        seen = waiting_plan(link)
        if seen is None or seen.pk != adoption_id or not _decide(seen, SheetAdoption.State.REFUSED, who):
            raise NoPlan("This plan does not wait for an answer any more.")
        if not SheetTab.objects.filter(link=link, spreadsheet_id=link.spreadsheet_id).exists():
            link.state, link.reason = SheetLink.State.PLAN, REFUSED
            link.save(update_fields=["state", "reason"])
        mark_dirty(link.project)


def plan_again(link: SheetLink) -> SheetAdoption | None:
    """Make a plan on a person's wish, also where an equal one was refused before; None = none is needed."""
    draft = make_draft(link)
    if draft is None:
        return None
    link.adoptions.filter(state=SheetAdoption.State.REFUSED, spreadsheet_id=link.spreadsheet_id).delete()
    return store(link, draft)


def go_on(link: SheetLink) -> None:
    """Let the next cycle run soon."""
    link.state, link.reason, link.failures = SheetLink.State.NEW, "", 0
    link.save(update_fields=["state", "reason", "failures"])
    mark_dirty(link.project, seconds=0, when_waiting="earlier")


def forget_plans(project: Project) -> None:
    """Forget what plans say of clients; where one waited the next cycle makes a new one."""
    waiting = SheetAdoption.objects.filter(link__project=project, state=SheetAdoption.State.WAITING)
    for link in SheetLink.objects.filter(adoptions__in=waiting).distinct():
        link.adoptions.filter(state=SheetAdoption.State.WAITING).delete()
        if link.state == SheetLink.State.PLAN:
            go_on(link)
