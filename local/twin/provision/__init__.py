"""Deployment of the synthesized assembly to the twin: one creator for each resource type."""
