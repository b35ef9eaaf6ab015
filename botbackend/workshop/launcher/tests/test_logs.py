"""What the children write is read to its end, whatever the disk says."""

import os
from pathlib import Path

from botbackend.workshop.launcher.logs import ChildLog
from botbackend.workshop.launcher.processes import wait_until

MORE_THAN_A_PIPE_HOLDS = 200_000


def test_a_full_disk_costs_lines_and_never_stops_the_child(tmp_path: Path) -> None:
    (tmp_path / "web.log").symlink_to("/dev/full")
    log = ChildLog(tmp_path, "web", None)
    reader, writer = os.pipe()
    log.follow(os.fdopen(reader, "rb"))
    with os.fdopen(writer, "wb") as child:
        for number in range(MORE_THAN_A_PIPE_HOLDS // 20):
            child.write(f"line {number:14}\n".encode())
        child.flush()  # it would block here for ever if nobody read
        (tmp_path / "web.log").unlink()
        child.write(b"there is room again\n")
    assert wait_until(lambda: "there is room again" in log.tail(), 10)
    written = (tmp_path / "web.log").read_text()
    assert "lines were lost: the disk took nothing" in written
    assert written.endswith("there is room again\n")
