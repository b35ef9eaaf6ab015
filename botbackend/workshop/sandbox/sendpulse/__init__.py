"""The stand-in of SendPulse: its API, its webhooks, and the people at both ends."""
