"""The model: learns who engages with which item in which context."""
