"""What every test stands on: nothing of the person who runs them, no AWS account of theirs."""

from __future__ import annotations

import os
import signal

# A shell's background job ignores interrupts, and so would every process that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Before anything is imported: botocore and docker read these when they are first used.
for _name in [name for name in os.environ if name.startswith(("AWS_", "IMGMETA_"))]:
    if _name not in ("AWS_CA_BUNDLE", "IMGMETA_HOME", "IMGMETA_SHOTS"):
        del os.environ[_name]
