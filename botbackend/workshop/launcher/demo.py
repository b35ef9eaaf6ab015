"""`demo`: the whole product on this machine alone, proven by one conversation."""

import contextlib
import os
import socket
import time

from botbackend.loopback import LoopbackError
from botbackend.workshop.launcher.demo_checks import sheet_rows_of
from botbackend.workshop.launcher.demo_conversation import DemoFailed, Outcome, play
from botbackend.workshop.launcher.demo_life import furnish
from botbackend.workshop.launcher.demo_world import ADMIN, OWNER, PROJECT, World, build_world, start_product
from botbackend.workshop.launcher.ports import DEFAULT_PORT, free_port, hold_port, port_is_free
from botbackend.workshop.launcher.run import chosen_port, wait_for_what_is_missing
from botbackend.workshop.launcher.run_directory import VAR, RunDirectory
from botbackend.workshop.launcher.stopping import Stopped, stop_on_signals, wait_for_signal
from botbackend.workshop.launcher.supervisor import Supervisor

HEALTH_SECONDS = 90.0
LIVE = "the real Claude answers"
SCRIPTED = "Claude is a stand-in: scripted here, elsewhere a small reader without a language model"
BEGAN = time.monotonic()


def demo(*, leave: bool) -> int:
    """Play the conversation; with `leave` stop after it, else serve until a signal. Returns the exit code."""
    stop_on_signals()
    code: int | None = None
    try:
        with contextlib.ExitStack() as stack:
            directory = stack.enter_context(RunDirectory(VAR / "demo"))
            held = stack.enter_context(hold_demo_port())
            world = build_world(stack, directory, held.getsockname()[1], _tell)
            held.close()
            supervisor = start_product(stack, directory, world, _tell)
            code = _converse(world, supervisor)
            if not leave:
                furnish(world, _tell)
                _show_addresses(world)
                wait_for_signal()
    except Stopped as stopped:
        _tell(f"stopped by {stopped}")
        return 128 + stopped.signum if code is None else code
    _tell("everything is stopped" if code == 0 else "stopped; the logs are in var/demo/log")
    return code


def hold_demo_port() -> socket.socket:
    """The demo's port, kept from a demo that starts beside this one. Raises CannotRun."""
    while True:
        with contextlib.suppress(OSError):  # somebody was faster: look again
            return hold_port(demo_port())


def demo_port() -> int:
    """PORT if it is given, else 8000, else a free one. Raises CannotRun."""
    if os.environ.get("PORT"):
        return chosen_port(dict(os.environ))
    return DEFAULT_PORT if port_is_free(DEFAULT_PORT) else free_port()


def _converse(world: World, supervisor: Supervisor) -> int:
    try:
        _await_health(world)
        _tell(f"web, dispatcher and workers are up: {world.url}")
        _tell(f"a client writes to the bot; {LIVE if world.live else SCRIPTED}")
        outcome = play(world, _tell)
    except (DemoFailed, LoopbackError) as error:
        _tell(f"FAILED: {error}")
        for name, tail in supervisor.failures().items():
            _tell(f"last lines of {name}:\n{tail}")
        return 1
    _show(outcome)
    return 1 if outcome.problems else 0


def _await_health(world: World) -> None:
    if missing := wait_for_what_is_missing(world.port, world.environment, seconds=HEALTH_SECONDS):
        raise DemoFailed(f"/health was not 200 within {HEALTH_SECONDS:.0f} s: {missing}")


def _show(outcome: Outcome) -> None:
    visit = outcome.visit
    _head("Transcript")
    for message in outcome.transcript:
        text = str(message["text"]).replace("\n", "\n            ")
        print(f"  {message['from']:>8}  {text}")
    _head("Booking, as GET /projects/demo_salon/bookings answers")
    for booking in outcome.bookings:
        print("  " + ", ".join(f"{name}: {booking[name]}" for name in sorted(booking)))
    _head(f"Sheet «{visit.specialist}», columns A-F")
    for row in sheet_rows_of(outcome.sheet, visit):
        print("  " + " | ".join(row))
    _head("Sent to SendPulse")
    for record in outcome.sent:
        text = str((record["body"].get("message") or {}).get("text", "")).replace("\n", " / ")
        print(f"  POST {record['path']} -> {record['status']}: {text}")
    _head("Verdict")
    for problem in outcome.problems:
        print(f"  WRONG: {problem}")
    if not outcome.problems:
        print("  booking, sheet row, messages and every request to the stand-ins are as they should be")
    print(flush=True)


def _show_addresses(world: World) -> None:
    urls = {name: stand_in.url for name, stand_in in world.stand_ins.items()}
    _head("Try it yourself")
    print(f"  write as a client   {urls['sendpulse']}/")
    print(f"  the salon's sheet   {urls['google']}/?spreadsheet={world.spreadsheet}")
    print(f"  the salon's day     {world.url}/admin/salon/{PROJECT}/calendar/")
    print(f"  login of its owner  {OWNER} / {world.keys['admin_password']}")
    print(f"  of the operator     {ADMIN} / {world.keys['admin_password']}")
    print(f"  API docs            {world.url}/api/docs")
    print(f"  API key             {world.api_key}")
    print("  logs                var/demo/log/")
    print("  Ctrl-C ends everything.", flush=True)


def _head(title: str) -> None:
    print(f"\n--- {title}")


def _tell(line: str) -> None:
    print(f"[{time.monotonic() - BEGAN:6.1f} s] {line}", flush=True)
