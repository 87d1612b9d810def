"""The infrastructure of Touchline: one file per stack."""
