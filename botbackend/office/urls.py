"""Addresses of the office; each names its salon, and what else it names is called what it is.

The test of all addresses puts another salon's rows into `<int:booking>`, `<int:client>` and their like.
"""

from django.urls import include, path

from botbackend.office import home
from botbackend.office.security import door, passwords
from botbackend.office.settings.invitation import invitation
from botbackend.office.settings.new_salon import new_salon

app_name = "office"
_salon = [
    path("calendar/", include("botbackend.office.calendar.urls")),
    path("inbox/", include("botbackend.office.inbox.urls")),
    path("clients/", include("botbackend.office.clients.urls")),
    path("team/", include("botbackend.office.team.urls")),
    path("assistant/", include("botbackend.office.assistant.urls")),
    path("figures/", include("botbackend.office.figures.urls")),
    path("settings/", include("botbackend.office.settings.urls")),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("salons/", home.salons, name="salons"),
    path("salons/new/", new_salon, name="salon-new"),
    path("technical/", home.technical, name="technical"),
    path("language/", home.choose_language, name="language"),
    path("login/", door.sign_in, name="login"),
    path("login/code/", door.code, name="sign-in-code"),
    path("password_change/", passwords.change, name="password_change"),
    path("password-reset/", passwords.forgotten, name="password-reset"),
    path(
        "password-reset/<str:uidb64>/<str:token>/", passwords.NewPassword.as_view(), name="password-reset-set"
    ),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("salon/<slug:salon>/", include(_salon)),
    path("security/", include("botbackend.office.security.urls")),
]
