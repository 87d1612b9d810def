"""What the functions decide; the logic knows its collaborators only through the protocols in `ports`."""
