"""What picture and sound say about a match: reading them, believing them, and where a moment is in them."""
