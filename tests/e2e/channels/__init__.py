"""End-to-end tests of a stage that broadcasts: one twin of its own assembly."""
