"""Run a test again, and observe it while it runs."""
