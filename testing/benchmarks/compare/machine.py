"""Hardware and software facts, and how to run programs as another user."""

import os
import re
import subprocess

SERVER_USER = "postgres"


def as_server_user(command):
    """PostgreSQL and PgBouncer refuse to run as root."""
    if os.geteuid() != 0:
        return command
    user = ["--reuid=" + SERVER_USER, "--regid=" + SERVER_USER, "--clear-groups"]
    return ["setpriv", *user, "--", *command]


def give(path):
    """Makes the servers' user the owner of a file or directory."""
    if os.geteuid() == 0:
        subprocess.run(["chown", SERVER_USER, path], check=True)


def environment(variables):
    """An environment without any inherited client setting, and `variables`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", **variables}


def facts(options, database):
    lines = [
        "cpu: {} x {}".format(os.cpu_count(), _first("/proc/cpuinfo", r"model name\s*: (.*)")),
        "memory: {} MiB".format(int(_first("/proc/meminfo", r"MemTotal:\s*(\d+)")) // 1024),
        "kernel: " + os.uname().release,
        "server: " + database.version(),
        "pgbouncer: " + _version(["pgbouncer", "--version"]),
        "java: " + _version(["java", "-version"]),
        "durability: {}, tls to the server: {}, workload: {}, scale {}".format(
            options.durability, "verify-full" if options.tls else "off", options.workload, options.scale
        ),
        "rounds: {} of {} s, after {} s of warm-up a path".format(
            options.pairs, options.seconds, options.warm_up
        ),
    ]
    return "\n".join(lines)


def _first(file, pattern):
    with open(file, encoding="utf-8") as text:
        found = re.search(pattern, text.read())
    return found.group(1) if found else "unknown"


def _version(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "not there"
    return (done.stdout + done.stderr).splitlines()[0]
