from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

from tests.images import test_images as build_images

# In a process of its own: to make the images, too, much is imported.
READ_ALL = """
import json, sys
from base64 import b64decode
from service.imagereading import read_result
from service.wsgi import load_app
images = [b64decode(text) for text in json.load(sys.stdin)]
load_app()
before = set(sys.modules)
for image in images:
    read_result(image, sha256="0" * 64, redacted=True)
new = set(sys.modules) - before
print(sorted(name for name in new if not name.startswith("encodings.")))
"""


def test_no_image_makes_a_worker_import_anything(tmp_path: Path) -> None:
    images = json.dumps([b64encode(image).decode() for image in build_images().values()])
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL],
        input=images,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "IMGMETA_STORE_URL": f"sqlite:///{tmp_path}/imgmeta.db"},
    )
    assert done.stdout == "[]\n"
