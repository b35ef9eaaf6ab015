"""What colleagues call a person who works here."""

from django.contrib.auth.models import AnonymousUser, User


def name_of(user: User | AnonymousUser | None) -> str:
    """Return the full name, else what the person signs in with; "" for nobody."""
    if user is None or not user.is_authenticated:
        return ""
    return user.get_full_name() or user.get_username()
