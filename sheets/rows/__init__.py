"""What stands in a row, as text: its cells, their columns, and what is written there. Pure."""
