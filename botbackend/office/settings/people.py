"""Pages: who works in the salon, and how others come to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.desk import OWNERS, Desk, OfficeRequest, office_page
from botbackend.office.settings.colleagues import colleagues_of
from botbackend.office.settings.invitation_mail import can_mail, mail_link
from botbackend.office.settings.people_forms import InviteForm, Role, RoleForm
from botbackend.office.settings.refusals import told
from botbackend.office.settings.salon_pages import settings_page
from botbackend.staff import colleagues, invitations
from botbackend.staff.models import Invitation
from projects.models import Membership

CHANGED = "settings-changed"


@require_GET
@office_page(OWNERS)
def people(request: OfficeRequest) -> HttpResponse:
    """Members and open invitations."""
    salon = request.desk.salon
    waiting = invitations.open_invitations(salon).select_related("specialist")
    return settings_page(request, "people", people=colleagues_of(salon), invitations=waiting)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def invite(request: OfficeRequest) -> HttpResponse:
    """A panel that makes a link, and then shows it: once."""
    desk = request.desk
    form = InviteForm(desk.salon, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _invited(request, desk, form)
        except DomainError as refusal:
            form.add_error(None, told(refusal))
    status = answers.REFUSED if form.errors else 200
    return answers.part(request, "office/settings/invite.html", form=form, status=status, can_mail=can_mail())


def _invited(request: OfficeRequest, desk: Desk, form: InviteForm) -> HttpResponse:
    typed = form.cleaned_data
    row, token = invitations.invite(
        project=desk.salon,
        role=Role(typed["role"]),
        by=desk.user,
        email=typed["email"],
        specialist=typed["specialist"],
    )
    link = request.build_absolute_uri(reverse("office:invitation", args=[token]))
    is_sent = bool(row.email) and can_mail() and mail_link(row, link)
    template = "office/settings/invited.html"
    answer = answers.part(request, template, invitation=row, link=link, is_sent=is_sent)
    answer["HX-Trigger"] = CHANGED
    return answer


@require_POST
@office_page(OWNERS)
def revoke(request: OfficeRequest, invitation: int) -> HttpResponse:
    """Make a link worthless."""
    row = get_object_or_404(Invitation, pk=invitation, project=request.desk.salon)
    invitations.revoke_invitation(invitation=row)
    return answers.done(_("The link is worth nothing any more."), changed=CHANGED)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def member(request: OfficeRequest, member: int) -> HttpResponse:
    """A panel with somebody's role."""
    desk = request.desk
    row = get_object_or_404(Membership.objects.select_related("user"), pk=member, project=desk.salon)
    row.project = desk.salon
    mine = desk.salon.specialists.filter(user=row.user).first()
    shown = {"role": row.role, "specialist": mine}
    form = RoleForm(desk.salon, request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            colleagues.change_role(membership=row, role=Role(typed["role"]), specialist=typed["specialist"])
            return _changed(desk, row, Role(typed["role"]))
        except DomainError as refusal:
            form.add_error("role", told(refusal))
    status = answers.REFUSED if form.errors else 200
    return answers.part(request, "office/settings/member.html", form=form, member=row, status=status)


def _changed(desk: Desk, row: Membership, role: Membership.Role) -> HttpResponse:
    """Say so; who is an owner no more has no settings to go back to."""
    if row.user_id == desk.user.pk and role != Role.OWNER and not desk.is_operator:
        return answers.moved_on(reverse("office:home"))
    return answers.done(_("The role is changed."), changed=CHANGED)


@require_POST
@office_page(OWNERS)
def remove(request: OfficeRequest, member: int) -> HttpResponse:
    """End somebody's work in the salon."""
    desk = request.desk
    row = get_object_or_404(Membership.objects.select_related("user"), pk=member, project=desk.salon)
    row.project = desk.salon
    try:
        colleagues.remove_colleague(membership=row)
    except DomainError as refusal:
        return answers.done(told(refusal), warning=True)
    if row.user_id == desk.user.pk:
        messages.success(request, _("You have left the salon."))
        return answers.moved_on(reverse("office:home"))
    return answers.done(_("This person cannot open the salon any more."), changed=CHANGED)
