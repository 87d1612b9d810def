"""The state machine of requests about viewers' data."""
