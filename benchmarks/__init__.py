"""Benchmarks: one file per figure, one JSON line per value."""
