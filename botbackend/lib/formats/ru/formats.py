"""Times in Russian have two figures for the hour, as in the other languages of the pages."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y г. H:i"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
