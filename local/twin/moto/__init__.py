"""The moto process and everything that changes how moto behaves."""
