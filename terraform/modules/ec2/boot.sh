#!/bin/sh
# Brings the service up at every boot and keeps it up; cloud-init runs this file (per-boot).
#
#   /etc/imgmeta/image          REPOSITORY@sha256:…, what to run
#   /etc/imgmeta/container.env  the container's environment
#   /etc/imgmeta/service.env    more of it, read last; only if the machine image brings that file
#
# It tells the console how far it has come, one marker a line, for those who have no other way to
# look inside. Works with systemd, and without it where a Docker daemon already runs.
set -u
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C

settings=/etc/imgmeta
container=imgmeta
port=8888
image=$(cat "$settings/image")
digest=${image##*@}

# A container has no /dev/console of its own, and writing there would only make a file.
console=/dev/console
if ! [ -c "$console" ] || ! (: >>"$console") 2>/dev/null; then
    console=/proc/1/fd/1
fi

# The empty line ends whatever stands there half-written, such as a login prompt.
say() {
    printf '\nimgmeta: %s\n' "$1" >>"$console"
}

printable() {
    tr '\t' ' ' | tr -cd '\12\40-\176' | cut -c "1-$1"
}

fail() {
    say "failed $1: $(printf '%s' "$2" | tr '\n' ' ' | printable 400)"
    exit 1
}

# try TIMES PAUSE COMMAND…: until it succeeds; $reason is what it said last.
try() {
    times=$1
    pause=$2
    shift 2
    while :; do
        reason=$("$@" 2>&1) && return 0
        times=$((times - 1))
        [ "$times" -gt 0 ] || return 1
        sleep "$pause"
    done
}

install_docker() {
    export DEBIAN_FRONTEND=noninteractive
    # Another apt may be at work at boot: its lock on the package lists is waited for here, that on
    # the package database by apt itself.
    try 10 6 apt-get -q update --error-on=any || fail docker "apt-get update: $(last_line "$reason")"
    try 3 10 apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
        docker.io apparmor ca-certificates || fail docker "apt-get install: $(last_line "$reason")"
}

last_line() {
    printf '%s\n' "$1" | tail -n 1
}

ensure_docker() {
    command -v dockerd >/dev/null || install_docker
    docker version >/dev/null 2>&1 && return 0
    if [ -d /run/systemd/system ]; then
        reason=$(systemctl start docker 2>&1) || fail docker "$reason"
    fi
    try 60 1 docker version --format '{{.Server.Version}}' || fail docker "$reason"
}

ensure_image() {
    docker image inspect "$image" >/dev/null 2>&1 && return 0
    try 4 5 docker pull --quiet "$image" || fail pull "$(last_line "$reason")"
}

start_container() {
    set -- --env-file "$settings/container.env"
    if [ -f "$settings/service.env" ]; then
        set -- "$@" --env-file "$settings/service.env"
    fi
    docker rm --force "$container" >/dev/null 2>&1
    docker run --detach --name "$container" --publish "$port:$port" \
        --read-only --tmpfs /tmp --volume imgmeta-data:/var/lib/imgmeta \
        --cap-drop ALL --security-opt no-new-privileges \
        --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
        "$@" "$image"
}

# cloud-init is written in Python, so Python is here wherever this runs.
answers() {
    python3 - "$port" <<'PYTHON'
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=2)
connection.request("GET", "/health")
sys.exit(connection.getresponse().status != 200)
PYTHON
}

is_running() {
    [ "$(docker inspect --format '{{.State.Running}}' "$container" 2>/dev/null)" = true ]
}

announce_answer() {
    give_up=$(($(date +%s) + 120))
    until answers 2>/dev/null; do
        is_running || return
        if [ "$(date +%s)" -ge "$give_up" ]; then
            say "failed answer: no 200 from http://127.0.0.1:$port/health within two minutes"
            return
        fi
        sleep 1
    done
    say "service answers"
}

# `docker wait` also ends when the Docker daemon restarts, with or without its containers.
wait_exit() {
    while :; do
        docker wait "$container" >/dev/null 2>&1
        until docker version >/dev/null 2>&1; do
            sleep 2
        done
        is_running || return 0
        sleep 1
    done
}

report_exit() {
    code=$(docker inspect --format '{{.State.ExitCode}}' "$container" 2>/dev/null)
    say "container exited code=${code:-unknown}"
    docker logs --tail 50 "$container" 2>&1 | printable 500 | sed 's/^/imgmeta| /' >>"$console"
    say "end of log"
}

# Runs in the background for as long as the machine does, and only once.
keep_running() {
    exec 9>/run/imgmeta.lock
    flock --nonblock 9 || exit 0
    rest=1
    while :; do
        started=$(date +%s)
        try 3 5 start_container || fail start "$(last_line "$reason")"
        say "container started $digest"
        announce_answer &
        wait_exit
        report_exit
        wait
        if [ $(($(date +%s) - started)) -ge 600 ]; then
            rest=1
        fi
        sleep "$rest"
        rest=$((rest < 30 ? rest * 2 : 60))
    done
}

if [ "${1:-}" = keep-running ]; then
    keep_running
fi
say "cloud-init started"
ensure_docker
say "docker ready"
ensure_image
say "pulled $digest"
setsid "$0" keep-running >/dev/null 2>&1 </dev/null &
