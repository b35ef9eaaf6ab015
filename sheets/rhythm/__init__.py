"""When a cycle runs and who may run it: looks by the clock, hints, whoever needs news first, the lane."""
