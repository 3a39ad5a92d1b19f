#!/usr/bin/env bash
# The main job, for real, on this machine: deploy, then ask the deployed service about a photo.
set -euo pipefail
imgmeta=$1
photo=$2

"$imgmeta" deploy --sandbox --yes --json >"$IMGMETA_HOME.demo.json" </dev/null \
    || { rm -f "$IMGMETA_HOME.demo.json"; exit 1; }
url=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["url"])' <"$IMGMETA_HOME.demo.json")
rm -f "$IMGMETA_HOME.demo.json"

echo
echo "==> POST $photo to $url/api/images"
python3 - "$url/api/images" "$photo" <<'PYTHON'
import json, sys, urllib.request

url, photo = sys.argv[1:]
request = urllib.request.Request(url, open(photo, "rb").read(), method="POST")
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
    print(json.dumps(json.load(answer), indent=2, ensure_ascii=False))
PYTHON
cat <<TEXT

It runs at $url. Explore further:
  curl --data-binary @$photo $url/api/images
  $imgmeta inspect $photo
  IMGMETA_HOME=$IMGMETA_HOME $imgmeta status --sandbox
  make stop      stops it all
TEXT
