"""What the recommender is worth, told from the decisions and the interactions that were logged."""
