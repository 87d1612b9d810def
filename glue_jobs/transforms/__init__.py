"""Transforms of DataFrames in PySpark's API, run by Spark in Glue and by DuckDB in the twin."""
