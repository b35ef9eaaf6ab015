"""Bounds that keep every window of time small enough to read at once; the database checks them too."""

DAY = 24 * 60
MAX_VISIT_MINUTES = DAY
MAX_BUFFER_MINUTES = DAY // 2
MAX_OCCUPIED_MINUTES = MAX_VISIT_MINUTES + 2 * MAX_BUFFER_MINUTES
MAX_ITEMS = 8
MAX_WINDOW_DAYS = 731
