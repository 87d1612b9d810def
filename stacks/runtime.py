"""The Python version that Lambda, Glue, Flink and the crowd source share, because they share code."""

PYTHON_VERSION = "3.11"
