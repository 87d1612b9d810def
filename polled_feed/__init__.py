"""Turn the match documents of polled live APIs into signals of the sports feed."""
