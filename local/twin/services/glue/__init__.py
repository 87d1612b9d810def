"""AWS Glue for the twin: job runs really run, on DuckDB, with the code that Spark runs in Glue."""
