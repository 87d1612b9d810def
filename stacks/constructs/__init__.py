"""The constructs of the stacks, one per file."""
