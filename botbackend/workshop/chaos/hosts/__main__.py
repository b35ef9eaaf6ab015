"""`python -m botbackend.workshop.chaos.hosts [--quick] [--seed N] [--loopback]`: one run and its table."""

import argparse
import sys
from collections.abc import Sequence

from botbackend.workshop.bench.table import render_table
from botbackend.workshop.chaos.hosts.network import Addresses, Namespaces, Network
from botbackend.workshop.chaos.hosts.own import enter_own_network
from botbackend.workshop.chaos.hosts.run import FULL, SHORT, run_hosts

MODULE = "botbackend.workshop.chaos.hosts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 only if nothing is wrong. Becomes another process where there can be network namespaces."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}")
    parser.add_argument("--quick", action="store_true", help="few messages and disasters, about 90 seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loopback", action="store_true", help="no network namespaces, also where there are")
    options = parser.parse_args(words)
    why = "asked for" if options.loopback else enter_own_network(MODULE, words)
    network = _network(why)
    _say(f"hosts are {network.form}")
    rows = run_hosts(network, SHORT if options.quick else FULL, options.seed).rows()
    _say(f"\nChaos on several hosts\n{render_table(rows)}")
    failed = any(row.verdict == "miss" for row in rows)
    _say("\nFAILED; the logs are in var/chaos" if failed else "\nnothing lost, nothing doubled")
    return 1 if failed else 0


def _network(why: str) -> Network:
    if why:
        return Addresses(why)
    try:
        network = Namespaces()
        network.build()
    except OSError as error:
        return Addresses(str(error))
    return network


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
