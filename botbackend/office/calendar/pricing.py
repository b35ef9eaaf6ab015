"""The price of this visit alone, changed from its panel with a reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bookings.errors import BookingError
from bookings.models import Booking
from bookings.models.prices import Price
from bookings.operations import set_prices
from botbackend.office import answers
from botbackend.office.amounts import MoneyField
from botbackend.office.calendar import words
from botbackend.office.calendar.conflicts import told_now
from botbackend.office.calendar.forms import LONGEST_REASON
from botbackend.office.calendar.panels import Visit, visit_of
from botbackend.office.calendar.visits import changed, panel
from botbackend.office.desk import FULL_STAFF, OfficeRequest, office_page


class PriceForm(forms.Form):
    """An amount for each service of the visit, and why. What only begins is replaced by what is typed."""

    edition = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, visit: Visit, data: Any = None) -> None:
        super().__init__(data, initial={"edition": visit.edition})
        self.visit = visit
        for row in visit.live:
            begins = row.full_price is not None and row.full_price.is_from
            field = MoneyField(label=row.service.name, initial=None if begins else row.price)
            if begins:
                field.help_text = words.price_of(visit.desk.salon, [row.full_price])
            self.fields[_name_of(row)] = field
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=LONGEST_REASON,
            help_text=gettext_lazy("For your own records: the client does not see it."),
        )

    def prices(self) -> Mapping[int, Price | None]:
        """Return what each service costs now; what only begins and was left alone stays so."""
        return {row.pk: self._price(row, self.cleaned_data[_name_of(row)]) for row in self.visit.live}

    @staticmethod
    def _price(row: Booking, amount: Decimal | None) -> Price | None:
        stays = row.full_price is not None and row.full_price.is_from
        if amount is None:
            return row.full_price if stays else None
        return Price(amount)


def _name_of(row: Booking) -> str:
    return f"price-{row.pk}"


@require_http_methods(["GET", "POST"])
@office_page(FULL_STAFF)
def price(request: OfficeRequest, booking: int) -> HttpResponse:
    """Ask what it costs and why; then store it."""
    shown = visit_of(request.desk, booking)
    form = PriceForm(shown, request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else answers.REFUSED
        context = {"visit": shown, "form": form}
        return answers.part(request, "office/calendar/price.html", status=status, **context)
    typed = form.cleaned_data
    try:
        set_prices(
            project=request.desk.salon,
            prices=form.prices(),
            origin=request.desk.origin,
            reason=typed["reason"],
            shown=typed["edition"],
        )
    except BookingError as error:
        now = visit_of(request.desk, booking)
        return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
    return changed(panel(request, visit_of(request.desk, booking), said=_("The price is changed.")))
