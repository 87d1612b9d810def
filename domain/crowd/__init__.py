"""What the crowd tells: how many post, how they feel, and when that is out of the ordinary."""
