"""The embedded AWS: an engine, a registry, an emulator and a machine image on this machine.

To the rest of the program it is nothing but an AWS profile with an `endpoint_url`.
"""
