"""The service as botocore's model describes it: operations, shapes, requests and responses."""
