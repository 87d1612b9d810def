"""Protocols that the logic uses, one module per area; adapters implement them on AWS, fakes in memory."""
