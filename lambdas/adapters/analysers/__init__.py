"""Ways of looking at a sample of the broadcast: one file per operation of AWS that looks or listens."""
