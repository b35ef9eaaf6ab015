"""One writer of a salon's set-up at a time: its configuration, the pages of the admin, its people."""

from projects.models import Project


def lock_project(project_id: int) -> None:
    """Wait for whoever changes the salon's set-up and keep others waiting until the transaction ends.

    What is to hold together is read by a statement after this one. Visits go on meanwhile: a row that only
    refers to the salon needs less than this lock takes.
    """
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project_id)
