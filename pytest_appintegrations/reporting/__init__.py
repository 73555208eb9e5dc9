"""Reports about a run, as text and files, without pytest."""
