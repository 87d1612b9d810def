"""The demo: a real match, watched by four people, on one machine."""
