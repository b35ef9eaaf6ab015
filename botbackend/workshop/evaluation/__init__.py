"""Plays scenarios through the whole assistant and judges rows, replies and invariants.

Everything runs in a scratch database with a clock of its own; see `manage.py evaluate_dialogues`.
"""
