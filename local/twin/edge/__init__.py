"""The edge: the port that every client of the twin connects to."""
