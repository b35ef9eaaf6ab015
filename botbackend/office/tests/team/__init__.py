"""The room of the team."""
