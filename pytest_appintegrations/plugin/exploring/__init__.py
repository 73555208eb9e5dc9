"""How a test is run again, and observed while it runs."""
