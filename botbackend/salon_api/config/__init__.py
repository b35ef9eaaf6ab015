"""The configuration of a salon as one JSON document, read and written whole."""
