"""Why Claude gave no answer, in the terms that decide what the turn does next. Knows nothing of the SDK."""


class ClaudeError(Exception):
    """No answer. `reason` is a short word for the trace and the metrics, never text of the API."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoKey(ClaudeError):
    """No key is configured, or all are retired: only the guided mode is left."""


class BreakerOpen(ClaudeError):
    """Claude failed so often that it is not even asked for a while."""


class Cooling(ClaudeError):
    """Every usable key is rate limited; `seconds` until the first is free. Nobody sleeps on it."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unreachable(ClaudeError):
    """The retries inside the deadline were used up by connection errors, 5xx or overload."""


class Rejected(ClaudeError):
    """The request itself is refused (400, 404, 413, 422): ours to repair, repeating it is useless."""
