"""Real sports feeds as signals: whatever kloppy loads, in the order in which it happened."""
