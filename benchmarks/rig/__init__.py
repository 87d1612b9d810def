"""What the figures are measured on: a gateway with sockets, and AWS's answers, each in its own process."""
