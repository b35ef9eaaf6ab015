"""How fetching and hearing may end without a result; the text is for staff."""


class Unavailable(Exception):
    """It cannot be had, now or later."""


class TryLater(Exception):
    """It may work in a moment."""
