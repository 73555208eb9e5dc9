"""What botocore's model says of the service."""
