"""What the stacks are made of: one file per construct."""
