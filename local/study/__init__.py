"""Study results: the viewer simulator, the lift report and anomaly scores."""
