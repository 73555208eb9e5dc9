"""Serve the stub over HTTP, for other processes and other languages."""
