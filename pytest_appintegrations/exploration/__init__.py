"""Fault exploration without pytest: which faults to try in a test, and the outcome of each."""
