"""Glue jobs: build the datasets of Personalize from the raw clickstream and the catalogue."""
