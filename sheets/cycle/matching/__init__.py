"""Which row is which visit."""
