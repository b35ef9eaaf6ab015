"""Tests of the assistant's room."""
