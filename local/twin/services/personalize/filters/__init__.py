"""Filters: the expression language of Personalize."""
