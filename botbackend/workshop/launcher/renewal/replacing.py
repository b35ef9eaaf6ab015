"""An update while `run` serves: new processes beside the former ones, on the port that stays open."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botbackend.workshop.launcher.embedded import missing_servers
from botbackend.workshop.launcher.ports import DEFAULT_PORT, LOOPBACK
from botbackend.workshop.launcher.product import PREPARATION, manage, product_specs
from botbackend.workshop.launcher.supervisor import Supervisor

FIXED = {"PORT": str(DEFAULT_PORT), "BIND_ADDRESS": LOOPBACK}  # of the socket that stays open
Say = Callable[[str], None]


class CannotRenew(RuntimeError):
    """The settings ask for what only a new start can give; the message says what."""


# Whatever goes wrong - settings that cannot be read, no memory for a process - what runs goes on.
RENEWAL_FAILS = (Exception,)


@dataclass(frozen=True)
class Renewal:
    """What an update needs to know of the start. `embedded` are the servers that stay ours."""

    supervisor: Supervisor
    listener: socket.socket
    started_with: Mapping[str, str]
    embedded: Mapping[str, str]
    read_settings: Callable[[], dict[str, str]]
    tell: Say

    def renew(self, say: Say) -> None:
        """Migrate, start the new processes, end the former ones; told here and to whoever asked.

        Raises CannotRenew, CommandFailed, NotReady or what else went wrong: then what ran goes on.
        """

        def both(line: str) -> None:
            self.tell(line)
            say(line)

        try:
            self._renew(both)
        except RENEWAL_FAILS as error:
            self.tell(f"NOT renewed, the former processes go on: {error}")
            raise

    def _renew(self, say: Say) -> None:
        environment = self._environment()
        say("migrating the database while the former code runs on")
        manage(environment, *PREPARATION)
        say("starting new processes; the former ones go on until all of these are ready")
        self.supervisor.replace(product_specs(self.listener.fileno()), environment=environment)
        say("renewed: the former processes have ended what they were at")

    def _environment(self) -> dict[str, str]:
        environment = self.read_settings()
        for name, default in FIXED.items():
            if (environment.get(name) or default) != (self.started_with.get(name) or default):
                raise CannotRenew(f"{name} was changed, which needs a new start")
        environment["PORT"] = self.started_with["PORT"]
        environment |= {name: url for name, url in self.embedded.items() if not environment.get(name)}
        if missing := missing_servers(environment):
            raise CannotRenew(f"{missing[0]} was taken out of the settings, which needs a new start")
        return environment
