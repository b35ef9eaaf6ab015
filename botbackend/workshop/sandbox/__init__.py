"""Loopback stand-ins of SendPulse, Claude and Google for the demo and the tests.

Each is its own server process and imports nothing of the product, so that a wrong idea of the wire is not
tested against itself.
"""
