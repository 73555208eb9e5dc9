"""What a test sets up: faults and responses of its own."""
