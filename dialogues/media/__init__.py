"""Photos and recordings: fetched from the channel, heard, kept for staff."""
