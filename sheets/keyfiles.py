"""Where the service accounts' key files are; light, for those who only look."""

from django.conf import settings


def key_files() -> list[str]:
    """Return the paths that GOOGLE_CREDENTIALS_FILE names, in its order."""
    return [path.strip() for path in settings.GOOGLE_CREDENTIALS_FILE.split(",") if path.strip()]
