"""Figures of one salon, for programs."""
