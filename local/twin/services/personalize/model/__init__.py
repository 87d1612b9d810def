"""What is learned: who engages with what, in which context."""
