"""DataFrame to DataFrame, in the API of PySpark: run by Spark in Glue and by DuckDB in the twin."""
