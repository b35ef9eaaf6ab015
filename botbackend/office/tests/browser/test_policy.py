"""A browser keeps the policy of pages that are not the office's, and shows them whole."""

import pytest
from django.urls import reverse

from botbackend.office.tests.browser.conftest import Visit
from projects.tests.factories import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("width", [1366])
def test_rq_and_the_interface_work_under_their_policy(visit: Visit, width: int) -> None:
    page = visit(make_staff(is_superuser=True), trouble=("404",))  # those pages name no icon
    page.goto(reverse("admin:django_rq_home"))
    assert page.evaluate("document.querySelector('style').sheet.cssRules.length") == 1
    page.goto("/api/docs")
    assert page.locator("body").evaluate("it => getComputedStyle(it).maxWidth") == "960px"
