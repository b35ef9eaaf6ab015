"""Salons, their people and keys, and how people sign in."""

from projects.models.allowances import Allowance, allowance_of
from projects.models.salons import LONGEST_NAME, ApiKey, Membership, Project, check_country
from projects.models.sign_in import Authenticator, RecoveryCode, SignIn

__all__ = [
    "LONGEST_NAME",
    "Allowance",
    "ApiKey",
    "Authenticator",
    "Membership",
    "Project",
    "RecoveryCode",
    "SignIn",
    "allowance_of",
    "check_country",
]
