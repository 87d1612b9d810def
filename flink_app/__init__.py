"""The Flink application: reads signals and publishes moments, for any number of matches."""
