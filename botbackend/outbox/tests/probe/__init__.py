"""An app that only exists in the processes the tests start; see apps.py."""
