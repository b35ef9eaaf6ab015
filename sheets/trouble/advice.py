"""Who must do what about a failure."""

from sheets import google

OF_FROZEN = "The salon: put the tab right, then set its sheet link to new in the admin."
OF_FOREIGN = (
    "The salon: choose a spreadsheet of its own; this one belongs to another salon or installation. "
    "If it is the salon's own, take it over: under its questions in the admin, or resync_sheets --take-over."
)
_BY_ITSELF = "Nobody: it is tried again by itself, and what changed is written then."
_ADVICE = {
    0: _BY_ITSELF,
    404: "The salon: correct the spreadsheet's id, or take the spreadsheet out of the bin.",
    429: f"{_BY_ITSELF} If it lasts, the operator adds a service account.",
}


def advice_on(error: google.GoogleError, spreadsheet_id: str = "") -> str:
    """Say who must do what about a failure."""
    if isinstance(error, google.ForeignSpreadsheet):
        return OF_FOREIGN
    if error.status == 403:
        return f"The owner of the spreadsheet: share it with {_address(spreadsheet_id)} as an editor."
    if error.permanent and error.status in (0, 401):
        return "The operator: put a valid key file of a service account at GOOGLE_CREDENTIALS_FILE."
    if not error.permanent:
        return _ADVICE.get(error.status, _BY_ITSELF)
    return _ADVICE.get(error.status, "The operator: see the reason; the mirror waits for a repair.")


def _address(spreadsheet_id: str) -> str:
    try:
        return google.service_account_email(spreadsheet_id)
    except google.GoogleError:
        return "the service account"
