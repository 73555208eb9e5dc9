"""What happened: the calls that reached a stub."""
