"""Read the sports feeds that kloppy loads, as signals in the order of play."""
