"""A service that reads public posts and writes their counts to the signals stream."""
