"""A match in simulated time, on the structure of the code."""
