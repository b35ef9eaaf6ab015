"""Where somebody signed in, in words that tell one's own devices apart and nothing more."""

import ipaddress
import re

# The first that is found counts: browsers carry the names of those that they descend from.
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)
_KEPT_V4, _KEPT_V6 = 24, 48


def browser_and_system(agent: str) -> tuple[str, str]:
    """Return the names of both, "" for what is not known."""
    return _first(_BROWSERS, agent), _first(_SYSTEMS, agent)


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, shape in names if re.search(shape, agent)), "")


def shortened(address: str) -> str:
    """Return the address without what stands for one connection: 198.51.100.x, or the first 48 bits."""
    try:
        parsed = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    if parsed.version == 4:
        return f"{str(parsed).rpartition('.')[0]}.x"
    return str(ipaddress.ip_network((parsed, _KEPT_V6), strict=False))
