"""Builds what the stacks deploy and this repository does not hold: third-party code."""
