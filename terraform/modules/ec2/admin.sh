#!/bin/sh
# imgmeta-admin PATH <TOKEN: asks the service for what needs the admin token, such as /api/requests.
#
# Inside its container, since that is what "the machine itself" is to the service: Docker hands on
# whatever comes to the published port, from this machine too, as from an address of its own network.
# The token comes on standard input: a command line can be read by everybody.
set -u

program='
import http.client, sys

connection = http.client.HTTPConnection("127.0.0.1", 8888, timeout=60)
headers = {"Authorization": "Bearer " + sys.stdin.read().strip()}
connection.request("GET", sys.argv[1], headers=headers)
answer = connection.getresponse()
sys.stdout.buffer.write(answer.read())
sys.exit(answer.status >= 400)
'
exec sudo docker exec --interactive imgmeta python -c "$program" "${1:?PATH is missing}"
