"""The operation by which a salon replaces a text."""

from ai.models import Wording
from ai.texts import check_placeholders
from projects.models import Project


def save_wording(*, project: Project, key: str, language: str, text: str) -> Wording | None:
    """Store the salon's own text; an empty one brings the default back and gives None.

    Raises PlaceholderError when the key or language is unknown or the placeholders do not fit.
    """
    if not text.strip():
        Wording.objects.filter(project=project, key=key, language=language).delete()
        return None
    check_placeholders(key=key, language=language, text=text)
    wording, _ = Wording.objects.update_or_create(
        project=project, key=key, language=language, defaults={"text": text}
    )
    return wording
