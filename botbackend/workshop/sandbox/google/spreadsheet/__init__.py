"""Sheets v4: cells, grids, and the requests that read and change them."""
