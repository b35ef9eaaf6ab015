"""Kills everything while clients write, and counts what was lost. Not part of the product."""
