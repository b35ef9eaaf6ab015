"""Prompts tried out: a test chat and clients' last questions, answered by the real turn; nothing happens."""
