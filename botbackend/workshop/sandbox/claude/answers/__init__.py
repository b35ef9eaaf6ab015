"""What the stand-in of Claude answers: scripts and data, names instead of ids."""
