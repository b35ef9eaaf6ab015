"""Bounds that keep every window of time small enough to read at once; the database checks them too."""

DAY = 24 * 60
MAX_VISIT_MINUTES = DAY
MAX_BUFFER_MINUTES = DAY // 2
MAX_OCCUPIED_MINUTES = MAX_VISIT_MINUTES + 2 * MAX_BUFFER_MINUTES
MAX_ITEMS = 8
MAX_VISITS = 12  # on one card; each of up to MAX_ITEMS services
MAX_NOTE = 1000  # signs of the remarks on one visit
MAX_NOTICE_MINUTES = 90 * DAY
MAX_WINDOW_DAYS = 731
WRITTEN_IN_DAYS = 31  # for so long a visit that nobody booked may be written in afterwards
MAX_DEADLINE_HOURS = 24 * MAX_WINDOW_DAYS  # no visit is further ahead
FIRST_YEAR, LAST_YEAR = 2000, 2200
