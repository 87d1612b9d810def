"""What Touchline costs and how fast it is: one file per figure, one JSON line per value."""
