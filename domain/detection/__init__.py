"""Finding moments: plain state machines over the signals of one match, without I/O and without a clock."""
