"""The steps. Each only adds: the version of the service before it runs on what it leaves."""
