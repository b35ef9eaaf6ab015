"""What Drive tells of a file: it has a quota of its own, thousands of times that of Sheets."""

from sheets.google.access import access_to
from sheets.google.transport import call_drive


def version(spreadsheet_id: str) -> str:
    """Return what grows with every change of the file, whoever made it.

    Drive notices an edit in the browser up to three minutes later: the same version twice means that nothing
    changed until then, not until now.
    """
    return str(call_drive(access_to(spreadsheet_id), fields="version").get("version", ""))
