"""What staff did in the tabs, taken over or refused."""
