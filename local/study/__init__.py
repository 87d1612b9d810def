"""Studies: the viewer simulator, the lift report and anomaly scores."""
