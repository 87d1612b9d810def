"""Touchline's infrastructure: one file per stack, one file per construct."""
