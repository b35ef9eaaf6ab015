"""Texts of the pages in the languages of staff: found in the source, translated by people, compiled."""
