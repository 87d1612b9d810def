"""The Flink application: signals in, moments out, for any number of matches at once."""
