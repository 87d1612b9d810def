"""AWS Glue: job runs, which execute the jobs' code on DuckDB; moto serves the other operations."""
