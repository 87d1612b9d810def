"""The rules of the game: pure Python, standard library only, no I/O and no clock."""
