"""Glue jobs: the raw clickstream and the catalogue into the datasets of Personalize."""
