"""Fault exploration: which faults to try in a test, and what became of each; without pytest."""
