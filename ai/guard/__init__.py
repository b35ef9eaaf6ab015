"""Holds a reply against the facts before the client may read it."""
