"""What happens to the hosts while clients write, one after the other."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from botbackend.workshop.chaos.hosts.world import Hosts

# Longer than a lease: the other host takes over, and whoever comes back finds its tasks with others.
CUT_SECONDS = 23.0
OPERATOR_SECONDS = 2.0  # until somebody, or something, has seen that the primary is gone and promotes
PAUSE_SECONDS = 3.0


class Story:
    """The disasters by name; `counts` are those that struck."""

    def __init__(self, world: Hosts, wait: Callable[[float], object] = time.sleep) -> None:
        self.counts: Counter[str] = Counter()
        self.followed: list[
            float
        ] = []  # seconds after a promotion until everybody worked with the new primary
        self._world = world
        self._wait = wait

    def tell(self, chapters: Sequence[str]) -> None:
        """Let them happen in this order. Raises RuntimeError if what takes over does not."""
        for chapter in chapters:
            self._wait(PAUSE_SECONDS)
            getattr(self, chapter)()

    def lose_site_b_and_the_redis_master(self) -> None:
        """Half of all hosts vanish for a while; in the meantime the master is killed."""
        self._count("a web and a worker host cut off")
        self._world.cut("web-b", "worker-b")
        until = time.monotonic() + CUT_SECONDS
        self._wait(CUT_SECONDS / 4)
        self.kill_redis_master()
        self._wait(max(0.0, until - time.monotonic()))
        self._world.heal("web-b", "worker-b")

    def lose_half_of_everything(self) -> None:
        """The same, and the host of the primary is lost with them; that one does not come back."""
        self._count("a web and a worker host cut off")
        self._world.cut("web-b", "worker-b")
        until = time.monotonic() + CUT_SECONDS
        self._wait(PAUSE_SECONDS)
        self.kill_redis_master()
        self._lose_host_of_primary()
        self._wait(max(0.0, until - time.monotonic()))
        self._world.heal("web-b", "worker-b")
        self.followed.append(self._world.await_well())

    def kill_redis_master(self) -> None:
        """Nobody but the sentinels does anything about it."""
        self._count("Redis master killed")
        self._world.data.master.kill()
        if not self._world.data.await_master_elsewhere():
            raise RuntimeError("the sentinels made nobody the master")

    def lose_host_of_primary(self) -> None:
        """The host of the primary goes dark, with its connections open; an operator promotes the standby."""
        self._lose_host_of_primary()
        self.followed.append(self._world.await_well())

    def repair_host_of_primary(self) -> None:
        """It comes back empty, as the standby of the one that took over."""
        self._count("lost host came back as a standby")
        self._world.data.lose("data-a")
        self._world.heal("data-a")
        self._world.data.add_standby("data-a")

    def kill_primary(self) -> None:
        """Its process dies, its host refuses connections from then on."""
        self._count("PostgreSQL primary killed")
        self._world.data.primary.kill()
        self._promote()
        self.followed.append(self._world.await_well())

    def cut_worker_a(self) -> None:
        """Alone, and for longer than a text of unknown fate waits."""
        self._count("a worker host cut off")
        self._world.cut("worker-a")
        self._wait(2 * CUT_SECONDS)
        self._world.heal("worker-a")

    def _lose_host_of_primary(self) -> None:
        self._count("host of the PostgreSQL primary lost")
        self._world.cut("data-a")
        self._promote()

    def _promote(self) -> None:
        self._wait(OPERATOR_SECONDS)
        self._world.data.promote()

    def _count(self, name: str) -> None:
        self.counts[name] += 1
