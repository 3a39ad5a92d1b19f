"""What runs in the cloud: the HTTP service and the metadata library."""

__version__ = "0.1.0"
