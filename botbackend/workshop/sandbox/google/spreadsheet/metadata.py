"""Developer metadata: invisible notes that programs leave at a spreadsheet, a worksheet or a row."""

from __future__ import annotations

import random

from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Spreadsheet
from botbackend.workshop.sandbox.wire import Json

VISIBILITIES = ("DOCUMENT", "PROJECT")
CHANGEABLE = ("metadataKey", "metadataValue", "visibility")


def create(book: Spreadsheet, body: Json) -> Json:
    """`createDeveloperMetadata`. Raises Invalid."""
    wish: Json = dict(body["developerMetadata"])
    if not wish.get("metadataKey") or wish.get("visibility") not in VISIBILITIES:
        raise Invalid("a key and a visibility must be specified")
    if any(note["metadataId"] == wish.get("metadataId") for note in book.metadata):
        raise Invalid(f"Metadata with the ID {wish['metadataId']} already exists.")
    noted = {"metadataId": random.randrange(1, 2_000_000_000), **wish, "location": _location(book, wish)}
    book.metadata.append(noted)
    return {"createDeveloperMetadata": {"developerMetadata": noted}}


def _location(book: Spreadsheet, wish: Json) -> Json:
    place: Json = dict(wish.get("location") or {})
    span = place.get("dimensionRange")
    if span:
        book.sheet(span.get("sheetId", 0))
        place["locationType"] = "ROW" if span.get("dimension") == "ROWS" else "COLUMN"
    elif "sheetId" in place:
        book.sheet(place["sheetId"])
        place["locationType"] = "SHEET"
    elif place.get("spreadsheet"):
        place["locationType"] = "SPREADSHEET"
    else:
        raise Invalid("a location must be specified")
    return place


def update(book: Spreadsheet, body: Json) -> Json:
    """`updateDeveloperMetadata`: key, value or visibility of all that the filters find."""
    fields = {name.strip() for name in str(body.get("fields") or "").split(",")} & {*CHANGEABLE, "*"}
    names = CHANGEABLE if "*" in fields else fields
    if not names:
        raise Invalid("At least one field must be listed in 'fields'.")
    found = _found(book, body)
    changed = {
        note["metadataId"]: {**note, **{n: body["developerMetadata"][n] for n in names}} for note in found
    }
    book.metadata = [changed.get(note["metadataId"], note) for note in book.metadata]
    return {"updateDeveloperMetadata": {"developerMetadata": list(changed.values())}}


def delete(book: Spreadsheet, body: Json) -> Json:
    """`deleteDeveloperMetadata`: all that the filter finds."""
    gone = _found(book, {"dataFilters": [body["dataFilter"]]})
    book.metadata = [note for note in book.metadata if note not in gone]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone}}


def search(book: Spreadsheet, body: Json) -> Json:
    """`developerMetadata:search`."""
    matched = [{"developerMetadata": note, "dataFilters": body["dataFilters"]} for note in _found(book, body)]
    return {"matchedDeveloperMetadata": matched} if matched else {}


def get(book: Spreadsheet, number: str) -> Json:
    """`developerMetadata.get`. Raises Invalid."""
    for note in book.metadata:
        if str(note["metadataId"]) == number:
            return note
    raise Invalid(f"No metadata with id: {number}")


def _found(book: Spreadsheet, body: Json) -> list[Json]:
    filters = body.get("dataFilters")
    if not filters:
        raise Invalid("Must specify at least one data filter.")
    return [note for note in book.metadata if any(_fits(note, entry) for entry in filters)]


def _fits(note: Json, wanted: Json) -> bool:
    lookup = wanted.get("developerMetadataLookup")
    if lookup is None:
        raise Invalid("Invalid dataFilter")
    place = note["location"]
    return (
        all(note.get(name) == lookup[name] for name in ("metadataId", *CHANGEABLE) if name in lookup)
        and lookup.get("locationType") in (None, place["locationType"])
        and all(place.get(name) == value for name, value in (lookup.get("metadataLocation") or {}).items())
    )
