"""A whole match through the whole system, watched by viewers on real sockets."""
