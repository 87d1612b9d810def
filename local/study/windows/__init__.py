"""How often the moments of a match change what viewers see."""
