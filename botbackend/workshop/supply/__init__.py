"""What the program is made of beside its own code: locked, audited, and listed for whoever has to know."""
