"""The demo: a real match on one machine, shown to four personas and to simulated viewers."""
