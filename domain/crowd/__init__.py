"""The crowd of a match: how many posts, with what sentiment, and when either is anomalous."""
