"""The lift report: the recommender's effect on engagement, from logged decisions and interactions."""
