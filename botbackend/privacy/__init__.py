"""Personal data: given out to the person it is about, forgotten, and kept under fresh keys."""
