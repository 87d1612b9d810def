"""Poll a live API for one match, and post what it says to the ingest endpoint."""
