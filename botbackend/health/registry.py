"""What higher parts want to have looked at and measured, filled in their `AppConfig.ready()`."""

from collections.abc import Callable, Iterable

from prometheus_client.core import GaugeMetricFamily

from botbackend.health.findings import Finding

Look = Callable[[], Finding]
Figures = Callable[[], Iterable[GaugeMetricFamily]]
_doctors: dict[str, Look] = {}
_open: dict[str, Look] = {}
_figures: list[Figures] = []


def register_look(name: str, look: Look, *, in_health: Look | None = None) -> None:
    """Have the doctor look at something, and /health by `in_health`; both read PostgreSQL only."""
    _doctors[name] = look
    if in_health is not None:
        _open[name] = in_health


def register_figures(figures: Figures) -> None:
    """Add metrics to every scrape."""
    _figures.append(figures)


def looks_of_doctor() -> dict[str, Look]:
    """What the doctor looks at beside its own."""
    return dict(_doctors)


def looks_of_health() -> dict[str, Look]:
    """What /health looks at beside its own."""
    return dict(_open)


def all_figures() -> Iterable[GaugeMetricFamily]:
    """The metrics of the higher parts."""
    for figures in _figures:
        yield from figures()
