"""Everything that can go wrong, one class an exit code.

    ImgmetaError                     1   something failed that has no better name; `inspect` ends
                                         with it, too, where a file could not be read
    ├── InterruptedByUser          130   Ctrl-C, or "no" at a question
    ├── UsageError                  64   a wrong option, name, region, CIDR
    ├── CredentialsError            77   no AWS credentials, unknown profile, refused
    ├── MissingToolError            69   no Docker Engine, no Terraform, no provider
    ├── BuildError                  70   the image could not be built
    ├── RegistryError               71   login, push or anonymous read was refused
    ├── TerraformError              72   init, plan or apply failed
    ├── NotReadyError               73   the deployed service did not answer
    ├── StateError                  74   what this machine remembers is missing, damaged or locked
    └── SandboxError                75   the embedded AWS did not start or died

The numbers are stable: programs may rely on them. 64 to 78 follow sysexits.h where it has a word
for it. Every error is one line of cause (`message`) and one of what to do (`hint`).
"""

from __future__ import annotations


class ImgmetaError(Exception):
    """The root: what happened and what the user can do about it."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InterruptedByUser(ImgmetaError):  # noqa: N818 - it is the user's wish, not an error
    """The user pressed Ctrl-C or answered no."""

    exit_code = 130


class UsageError(ImgmetaError):
    """An option, argument or setting is wrong."""

    exit_code = 64


class CredentialsError(ImgmetaError):
    """AWS said no, or nothing was there to ask with."""

    exit_code = 77


class MissingToolError(ImgmetaError):
    """A program this needs is not there or does not answer."""

    exit_code = 69


class BuildError(ImgmetaError):
    """The Docker image could not be built."""

    exit_code = 70


class RegistryError(ImgmetaError):
    """The registry refused a login, a push or an anonymous read."""

    exit_code = 71


class TerraformError(ImgmetaError):
    """Terraform could not init, plan or apply."""

    exit_code = 72


class NotReadyError(ImgmetaError):
    """The service did not come up."""

    exit_code = 73


class StateError(ImgmetaError):
    """The local record of a deployment is missing, damaged or in use."""

    exit_code = 74


class SandboxError(ImgmetaError):
    """The embedded AWS did not start, or died."""

    exit_code = 75
