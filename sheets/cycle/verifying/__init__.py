"""Whether what was written came to stand where it was meant to."""
