"""Which row is which booking after staff worked in the sheet."""

from dataclasses import replace
from datetime import date

from sheets.cycle.matching.match import Matches, Snapshot, match
from sheets.rows.cells import Cells, SheetRowRead

ANNA, MARIA = 1, 2


def make_cells(day: int, clock: str = "10:00", name: str = "Olena", service: str = "Manicure") -> Cells:
    return (f"{day:02d}.12", f"{day:02d}.12.2026", clock, f"c{day}", name, service)


def make_snapshots() -> list[Snapshot]:
    return [
        Snapshot("b-1", ANNA, make_cells(1)),
        Snapshot("b-2", ANNA, make_cells(2, name="Iryna")),
        Snapshot("b-3", ANNA, make_cells(3, name="Oksana", service="Haircut")),
    ]


def changes(result: Matches) -> dict[str, int]:
    """How many rows of each kind need anything done; {} when all match themselves."""
    kinds = {
        "edited": len(result.edited),
        "cleared": len(result.cleared),
        "fresh": len(result.fresh),
        "missing": len(result.missing),
        "dislodged": len(result.dislodged),
    }
    return {kind: count for kind, count in kinds.items() if count}


def make_read(snapshots: list[Snapshot]) -> list[SheetRowRead]:
    return [SheetRowRead(s.sheet_id, index, s.cells, s.uid, "") for index, s in enumerate(snapshots, start=1)]


def test_untouched_rows_match_themselves() -> None:
    snapshots = make_snapshots()
    result = match(read=make_read(snapshots), snapshots=snapshots)
    assert {row.uid for row in result.rows} == {"b-1", "b-2", "b-3"}
    assert changes(result) == {}


def test_a_full_sort_changes_nothing() -> None:
    snapshots = make_snapshots()
    shuffled = [replace(row, index=4 - row.index) for row in reversed(make_read(snapshots))]
    result = match(read=shuffled, snapshots=snapshots)
    assert changes(result) == {}


def test_a_sort_that_left_the_hidden_ids_behind_is_seen_through() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    turned = [replace(row, uid=read[(place + 1) % 3].uid) for place, row in enumerate(read)]
    result = match(read=turned, snapshots=snapshots)
    assert {(row.cells, row.uid) for row in result.dislodged} == {(s.cells, s.uid) for s in snapshots}
    assert changes(result) == {"dislodged": 3}


def test_an_edited_time_is_an_edit_of_that_booking() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    read[1] = replace(read[1], cells=make_cells(2, clock="12:30", name="Iryna"))
    result = match(read=read, snapshots=snapshots)
    assert [(base.uid, row.cells[2]) for base, row in result.edited] == [("b-2", "12:30")]


def test_a_cleared_row_is_told_from_a_deleted_one() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    cleared = replace(read[0], cells=("", "", "", "", "", ""))
    result = match(read=[cleared, read[1]], snapshots=snapshots)
    assert [base.uid for base, _ in result.cleared] == ["b-1"]
    assert [base.uid for base in result.missing] == ["b-3"]


def test_cut_and_paste_without_the_id_is_a_move_not_a_cancellation() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    emptied = replace(read[0], cells=("", "", "", "", "", ""))
    pasted = SheetRowRead(ANNA, 9, read[0].cells, "", "")
    result = match(read=[emptied, read[1], read[2], pasted], snapshots=snapshots)
    assert [row.uid for row in result.dislodged] == ["b-1"]
    assert changes(result) == {"dislodged": 1}


def test_a_copied_row_is_a_new_visit_and_the_original_stays() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    copy = replace(read[0], index=9, cells=make_cells(8, clock="15:00", name="Nadia", service="Haircut"))
    result = match(read=[*read, copy], snapshots=snapshots)
    assert [row.cells[4] for row in result.fresh] == ["Nadia"]
    assert result.has_duplicate_ids
    assert changes(result) == {"fresh": 1}


def test_a_row_moved_to_another_tab_is_an_edit_of_the_specialist() -> None:
    snapshots = make_snapshots()
    read = make_read(snapshots)
    read[2] = replace(read[2], sheet_id=MARIA)
    result = match(read=read, snapshots=snapshots)
    assert [(base.uid, row.sheet_id) for base, row in result.edited] == [("b-3", MARIA)]


def test_a_row_without_id_and_likeness_is_a_walk_in() -> None:
    walk_in = SheetRowRead(ANNA, 7, make_cells(9, name="Zoya"), "", "")
    result = match(read=[*make_read(make_snapshots()), walk_in], snapshots=make_snapshots())
    assert result.fresh == [walk_in]


def test_without_ids_a_visit_moved_to_anothers_place_is_known_by_its_client() -> None:
    snapshots = make_snapshots()
    moved = SheetRowRead(ANNA, 1, (*snapshots[1].cells[:3], *snapshots[0].cells[3:]), "", "")
    result = match(read=[moved], snapshots=snapshots[:2])
    assert [(base.uid, row.cells) for base, row in result.edited] == [("b-1", moved.cells)]
    assert [base.uid for base in result.missing] == ["b-2"]


def test_without_ids_another_client_at_the_same_time_is_another_visit() -> None:
    snapshots = make_snapshots()
    other = SheetRowRead(ANNA, 1, (*snapshots[0].cells[:3], "", "Zoya", snapshots[0].cells[5]), "", "")
    result = match(read=[other], snapshots=snapshots[:1])
    assert changes(result) == {"fresh": 1, "missing": 1}


def make_bare(day: int, clock: str, name: str, service: str = "Manicure") -> Cells:
    """A row of a tab that has neither a short date nor ids of clients."""
    return ("", f"{day:02d}.12.2026", clock, "", name, service)


def test_a_past_row_of_the_same_client_is_no_sign_of_a_visit_that_is_gone() -> None:
    base = Snapshot("b-1", ANNA, ("01.12", "01.12.2026", "10:00", "", "Olena", "Manicure"))
    past = SheetRowRead(ANNA, 1, ("20.10", "20.10.2026", "10:00", "", "Olena", "Manicure"), "", "")
    blank = SheetRowRead(ANNA, 2, ("",) * 6, "b-1", "")
    today = date(2026, 11, 29)
    assert changes(match(read=[past], snapshots=[base], today=today)) == {"fresh": 1, "missing": 1}
    assert changes(match(read=[past, blank], snapshots=[base], today=today)) == {"fresh": 1, "cleared": 1}


def test_columns_that_a_tab_lacks_are_no_sign_of_whose_row_it_is() -> None:
    base = Snapshot("b-1", ANNA, make_bare(1, "10:00", "Olena"))
    other = SheetRowRead(ANNA, 1, make_bare(2, "10:00", "Iryna"), "", "")
    assert changes(match(read=[other], snapshots=[base])) == {"fresh": 1, "missing": 1}


def test_in_a_tab_of_few_columns_too_an_id_left_behind_by_a_sort_is_not_believed() -> None:
    first = Snapshot("b-1", ANNA, make_bare(1, "10:00", "Olena"))
    second = Snapshot("b-2", ANNA, make_bare(2, "12:00", "Iryna", "Haircut"))
    edited = SheetRowRead(ANNA, 1, make_bare(2, "13:00", "Iryna", "Haircut"), "b-1", "")
    sorted_down = SheetRowRead(ANNA, 2, first.cells, "b-2", "")
    result = match(read=[edited, sorted_down], snapshots=[first, second])
    assert [(snapshot.uid, row.cells[4]) for snapshot, row in result.edited] == [("b-2", "Iryna")]
    assert changes(result) == {"edited": 1, "dislodged": 2}
