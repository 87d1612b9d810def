"""Tools for one machine: the embedded twin, the replay and demo on it, studies, and account commands."""
