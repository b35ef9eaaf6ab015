"""The description of the HTTP interface: for programs at /api/schema, for people at /api/docs."""
