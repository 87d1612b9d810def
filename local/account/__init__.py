"""Commands that act on a real AWS account."""
