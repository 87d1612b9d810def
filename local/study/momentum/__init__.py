"""How well measures of momentum predict the shots of the next minutes, over real matches."""
