"""A page is found with a slash too many or too few, and no address is an error of the server."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django_rq.models import Dashboard

from projects.models import Project
from projects.tests.factories import bearer, make_key, make_project, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    return browser


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/admin", "/admin/"),
        ("/admin/login", "/admin/login/"),
        ("/admin/projects", "/admin/projects/"),
        ("/admin/projects/project", "/admin/projects/project/"),
        ("/admin/django_rq/dashboard/queues/0", "/admin/django_rq/dashboard/queues/0/"),
        ("/health/", "/health"),
        ("/api/docs/", "/api/docs"),
        ("/api/schema/?format=json", "/api/schema?format=json"),
    ],
)
def test_a_page_is_found_with_and_without_its_slash(browser: Client, typed: str, page: str) -> None:
    for visitor in (browser, Client()):
        answer = visitor.get(typed)
        assert (answer.status_code, answer["Location"]) == (301, page)
        assert visitor.get(page).status_code in (200, 302)


def test_the_api_is_found_too_and_stays_what_it_is() -> None:
    project = make_project()
    answer = Client().get(f"/projects/{project.slug}/stats/", headers=bearer(make_key(project)), follow=True)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    posted = Client().post(f"/projects/{project.slug}/config/", {}, headers=bearer(make_key(project)))
    assert (posted.status_code, posted.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/nothing/", "/admin/nothing/", "/health//", "/%2Fexample.com/", "/projects/x/none/"],
)
def test_what_is_nowhere_is_not_looked_for_twice(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_no_row_is_viewed_outside_the_admin(browser: Client) -> None:
    project = make_project()
    for model, pk in ((Dashboard, 1), (Project, project.pk), (ContentType, 1), (Dashboard, "x")):
        number = ContentType.objects.get_for_model(model).pk
        assert browser.get(f"/admin/r/{number}/{pk}/").status_code == 404
    assert browser.get("/admin/r/999999/1/").status_code == 404
