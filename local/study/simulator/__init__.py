"""The viewer simulator: viewers with hidden preferences, their clickstream, and the evaluation of policies.

Only the evaluation knows the preferences. It scores policies that learned from the clickstream by them.
"""
