"""The long-running service that listens to public posts and counts them into the signals stream."""
