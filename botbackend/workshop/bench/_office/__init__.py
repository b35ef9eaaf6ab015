"""The office over a salon of years: its rows, and how each of its pages is asked for."""
