"""What runs in the cloud: the HTTP service and the metadata library."""
