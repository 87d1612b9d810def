"""Simulated viewers: hidden tastes, the clickstream they leave, and what a policy is worth to them.

A development tool: the truth that no recommender sees is known here, so that policies can be scored by it.
"""
