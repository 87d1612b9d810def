"""The demo's world: viewers with tastes that people recognise, declared as data with reasons.

`tastes.json` says who likes which components and when. The recommender never reads it: it learns from the
clicks that follow from it.
"""
