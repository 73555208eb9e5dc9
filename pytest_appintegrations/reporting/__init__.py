"""Words, figures and files about a run; without pytest."""
