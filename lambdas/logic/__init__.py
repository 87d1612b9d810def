"""What the functions decide; they know their collaborators by the capabilities in `ports` alone."""
