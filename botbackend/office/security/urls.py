"""Addresses of the own account; the door's are in those of the office."""

from django.urls import path

from botbackend.office.security import overview, second_step

urlpatterns = [
    path("", overview.security, name="security"),
    path("second-step/", second_step.set_up, name="security-second-step"),
    path("second-step/codes/", second_step.recovery_codes, name="security-recovery-codes"),
    path("second-step/remove/", second_step.remove, name="security-remove"),
    path("sign-out/<int:sign_in>/", overview.sign_out, name="security-sign-out"),
    path("sign-out/others/", overview.sign_out_others, name="security-sign-out-others"),
]
