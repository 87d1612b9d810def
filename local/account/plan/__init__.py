"""`python -m local plan`: what a match of so many viewers takes, costs and needs, in both delivery modes."""
