"""Ways of looking at a sample of the broadcast; each supports some kinds of objects."""
