"""Data of dataset groups: imported in bulk and streamed."""
