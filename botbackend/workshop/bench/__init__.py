"""Benchmarks of the product's own figures; each prints what was measured beside its target."""
