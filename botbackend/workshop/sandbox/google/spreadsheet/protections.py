"""Protected ranges: who may write where."""

from __future__ import annotations

from dataclasses import dataclass

from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area
from botbackend.workshop.sandbox.wire import Json

OWNER, PERSON = "owner", "person"  # who sits at the browser
PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


@dataclass(slots=True)
class Protection:
    """A protected range: `editors` may write there, with `warning_only` everybody may."""

    id: int
    area: Area
    warning_only: bool
    editors: frozenset[str]
    description: str = ""

    def admits(self, who: str) -> bool:
        """Whether it lets this person or service account write; the owner of the file always may."""
        return self.warning_only or who == OWNER or who in self.editors

    def as_api(self, sheet_id: int, viewer: str) -> Json:
        """ProtectedRange; who may not write there does not see who may."""
        bounds = {
            "startRowIndex": self.area.top or None, "endRowIndex": self.area.bottom,
            "startColumnIndex": self.area.left or None, "endColumnIndex": self.area.right,
        }  # fmt: skip
        known = {key: value for key, value in bounds.items() if value is not None}
        answer: Json = {"protectedRangeId": self.id, "range": {"sheetId": sheet_id, **known}}
        if self.description:
            answer["description"] = self.description
        if self.warning_only:
            answer["warningOnly"] = True
        if self.admits(viewer):
            answer["requestingUserCanEdit"] = True
            if not self.warning_only:
                answer["editors"] = {"users": sorted(self.editors)}
        return answer
