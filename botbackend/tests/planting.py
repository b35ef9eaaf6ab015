"""One row of every model of a salon, with a marker in everything a person could read."""

from datetime import UTC, date, datetime, timedelta

from ai.models import (
    GuidedState,
    Knowledge,
    PromptDraft,
    PromptVersion,
    Proposal,
    Rehearsal,
    Scenario,
    Summary,
    Turn,
    Wording,
)
from bookings.models import (
    Booking,
    BookingEvent,
    Client,
    ClientEvent,
    ClientMerge,
    ClientsApart,
    DateOverride,
    DayOff,
    IdempotencyKey,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from botbackend.outbox.models import Task
from dialogues.models import (
    Attachment,
    Dialogue,
    InboundEvent,
    Message,
    ProjectWindow,
    ReadMark,
    StaffTask,
    SyncRequest,
)
from projects.auth import create_api_key
from projects.models import ApiKey, Authenticator, Membership, Project, SignIn
from projects.tests.factories import make_project, make_staff
from sheets.models import SheetAdoption, SheetConflict, SheetLink, SheetRow, SheetTab

NOON = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def secret_of(marker: str) -> str:
    """What no page may show, not even to those who may see the marker."""
    return f"secret-{marker[::-1]}"


def plant(marker: str) -> Project:
    """Make a project in which every row carries `marker`; returns it."""
    project = make_project(
        slug=marker,
        name=marker,
        sendpulse_bot_id=marker,
        sendpulse_client_id=secret_of(marker),
        sendpulse_client_secret=secret_of(marker),
        webhook_secret=secret_of(marker),
        monthly_budget_usd=1,
        horizon_days=61,
    )
    person = make_staff(
        project, role=Membership.Role.STAFF, username=f"{marker}@example.com", first_name=marker
    )
    Authenticator.objects.create(user=person, secret=secret_of(marker))
    SignIn.objects.create(user=person, session_key=secret_of(marker), seen_at=NOON, browser=marker)
    row, _ = create_api_key(project=project, label=marker)
    ApiKey.objects.filter(pk=row.pk).update(prefix=marker[:11])
    booking = _plant_bookings(project, marker)
    project.invitations.create(
        role=Membership.Role.SPECIALIST,
        specialist=booking.specialist,
        email=f"{marker}@example.org",
        token_hash=secret_of(marker),
        expires_at=NOON,
    )
    dialogue = _plant_dialogues(project, booking.client, marker)
    _plant_ai(project, dialogue, booking, marker)
    _plant_sheets(project, booking, marker)
    Task.objects.create(
        project=project,
        topic=marker,
        handler=marker,
        queue=marker,
        key=marker,
        due_at=NOON,
        last_error=marker,
    )
    return project


def _plant_bookings(project: Project, marker: str) -> Booking:
    specialist = Specialist.objects.create(project=project, name=marker)
    service = Service.objects.create(project=project, name=marker, duration_minutes=30, resource_kind=marker)
    person = Client.objects.create(
        project=project, contact_id=marker, name=marker, phone=marker, language=marker[:8], notes=marker
    )
    former = Client.objects.create(project=project, name=marker, merged_into=person)
    ClientMerge.objects.create(project=project, kept=person, gone=former, record={"a": marker}, actor=marker)
    ClientsApart.objects.create(project=project, one=person, other=former, actor=marker)
    ClientEvent.objects.create(
        project=project, client=person, action="changed", source="admin", actor=marker, before={"a": marker}
    )
    hours = {"project": project, "specialist": specialist, "weekday": 1, "start_minute": 1, "end_minute": 2}
    WeeklyRange.objects.create(**hours)
    WeeklyBreak.objects.create(**hours)
    Offering.objects.create(project=project, specialist=specialist, service=service)
    DateOverride.objects.create(project=project, specialist=specialist, date=date(2026, 12, 1))
    DayOff.objects.create(
        project=project, specialist=specialist, date_from=NOON.date(), date_to=NOON.date(), reason=marker
    )
    Resource.objects.create(project=project, kind=marker, name=marker)
    booking = Booking.objects.create(
        project=project,
        client=person,
        specialist=specialist,
        service=service,
        start=NOON,
        end=NOON + timedelta(hours=1),
        busy_from=NOON,
        busy_until=NOON + timedelta(hours=1),
        guest_name=marker,
        guest_phone=marker,
        note=marker,
        staff_note=marker,
        staff_note_by=marker,
        source=Booking.Source.API,
    )
    BookingEvent.objects.create(
        project=project, booking=booking, action=marker, source="api", actor=marker, before={"a": marker}
    )
    IdempotencyKey.objects.create(project=project, key=marker, fingerprint=marker, visit_id=booking.visit_id)
    return booking


def _plant_dialogues(project: Project, person: Client, marker: str) -> Dialogue:
    dialogue = Dialogue.objects.create(project=project, client=person, handoff_reason=marker)
    InboundEvent.objects.create(
        project=project,
        dedupe_key=marker,
        contact_id=marker,
        title=marker,
        payload={"a": marker},
        note=marker,
    )
    message = Message.objects.create(
        project=project,
        dialogue=dialogue,
        direction="in",
        author="client",
        text=marker,
        state="received",
        channel_date=NOON,
        note=marker,
    )
    Attachment.objects.create(
        project=project,
        message=message,
        kind="picture",
        state="done",
        mime_type="image/png",
        content=marker.encode(),
        size=len(marker),
        heard=marker,
        note=marker,
    )
    StaffTask.objects.create(project=project, dialogue=dialogue, kind=marker, reason=marker, draft=marker)
    SyncRequest.objects.create(
        project=project, contact_id=marker, fingerprint=marker, answer=marker, expires_at=NOON
    )
    ProjectWindow.objects.create(project=project, started_at=NOON, count=1)
    colleague = Membership.objects.filter(project=project).latest("pk").user
    ReadMark.objects.create(dialogue=dialogue, user=colleague, read_up_to=message.pk)
    return dialogue


def _plant_ai(project: Project, dialogue: Dialogue, booking: Booking, marker: str) -> None:
    PromptVersion.objects.create(project=project, name="main_response", version=1, text=marker)
    author = project.memberships.get().user
    PromptDraft.objects.create(project=project, name="main_response", author=author, text=marker)
    Rehearsal.objects.create(
        project=project,
        author=author,
        name="main_response",
        kind="chat",
        prompt=marker,
        content={"a": marker},
    )
    Scenario.objects.create(project=project, said=marker, says=marker, service=booking.service)
    Knowledge.objects.create(project=project, title=marker, text=marker)
    Wording.objects.create(project=project, key=marker, language=marker[:8], text=marker)
    GuidedState.objects.create(dialogue=dialogue, state={"a": marker})
    turn = Turn.objects.create(project=project, dialogue=dialogue, trace={"a": marker})
    proposal = Proposal.objects.create(
        project=project, dialogue=dialogue, turn=turn, kind="book", details={"a": marker}, expires_at=NOON
    )
    proposal.holds.add(booking)
    Summary.objects.create(
        project=project, dialogue=dialogue, first_message_id=1, last_message_id=2, content={"a": marker}
    )


def _plant_sheets(project: Project, booking: Booking, marker: str) -> None:
    link = SheetLink.objects.create(project=project, spreadsheet_id=marker, reason=marker)
    SheetTab.objects.create(link=link, specialist=booking.specialist, sheet_id=1, title=marker)
    SheetRow.objects.create(link=link, booking=booking, row_uid=marker, sheet_id=1, cells=[marker])
    SheetAdoption.objects.create(link=link, spreadsheet_id=marker, digest=marker, decided_by=marker, plan=[])
    SheetConflict.objects.create(link=link, booking=booking, reason=marker, rejected=[marker])
