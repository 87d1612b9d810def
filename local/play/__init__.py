"""Play a match through the system: feeds, replay, demo and the web app."""
