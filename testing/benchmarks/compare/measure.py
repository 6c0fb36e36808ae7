"""One run of pgbench or psql's \\copy, and what the proxy's process used meanwhile."""

import glob
import os
import re
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process, all its threads, since it started."""
    if pid is None:
        return 0.0
    with open("/proc/{}/stat".format(pid), encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid):
    """(resident now, highest ever) in MiB."""
    if pid is None:
        return 0.0, 0.0
    with open("/proc/{}/status".format(pid), encoding="utf-8") as file:
        text = file.read()
    return tuple(
        int(re.search(name + r":\s*(\d+)", text).group(1)) / 1024 for name in ("VmRSS", "VmHWM")
    )


def percentile(ordered, share):
    """Nearest rank, of a sorted list that is not empty."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def pgbench(path, cell, seconds, options, scratch):
    """Runs pgbench once; returns its figures as a dictionary."""
    logs = os.path.join(scratch, "log")
    command = [os.path.join(options.bin, "pgbench"), "-n", "-b", options.workload, "-M", cell.mode]
    command += ["-c", str(cell.clients), "-j", str(min(cell.clients, os.cpu_count()))]
    # A fifth of the latencies is plenty for a 99th percentile and costs pgbench less to write.
    rate = "1.0" if cell.connect else "0.2"
    command += ["-T", str(seconds), "-l", "--log-prefix=" + logs, "--sampling-rate=" + rate]
    if cell.connect:
        command.append("-C")
    before = cpu_seconds(path.pid())
    done = subprocess.run(
        command, env=path.environment(), capture_output=True, text=True, check=False, cwd=scratch
    )
    used = cpu_seconds(path.pid()) - before
    if done.returncode != 0:
        raise RuntimeError("pgbench through {}: {}".format(path.name, done.stderr))
    transactions = int(_figure(r"transactions actually processed: (\d+)", done.stdout))
    failed = int(_figure(r"failed transactions: (\d+)", done.stdout))
    if failed:
        raise RuntimeError("pgbench through {}: {}".format(path.name, done.stdout))
    latencies = _latencies(logs) or [seconds * 1_000_000]
    rss, peak = memory_mib(path.pid())
    return {
        "transactions": transactions,
        "tps": float(_figure(r"tps = ([0-9.]+)", done.stdout)),
        "p50_us": percentile(latencies, 0.50),
        "p99_us": percentile(latencies, 0.99),
        "cpu_us": used / max(transactions, 1) * 1e6,
        "rss_mib": rss,
        "peak_mib": peak,
    }


def copy(path, direction, file, options):
    """One \\copy; throughput in MiB of the file a second."""
    target = file if direction == "from" else "/dev/null"
    before = cpu_seconds(path.pid())
    started = time.monotonic()
    done = subprocess.run(
        [os.path.join(options.bin, "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c",
         "\\copy copied {} '{}'".format(direction, target)],
        env=path.environment(), capture_output=True, text=True, check=False,
    )
    took = time.monotonic() - started
    used = cpu_seconds(path.pid()) - before
    if done.returncode != 0:
        raise RuntimeError("copy through {}: {}".format(path.name, done.stderr))
    mib = os.path.getsize(file) / (1 << 20)
    rss, peak = memory_mib(path.pid())
    return {
        "transactions": 1,
        "mib_s": mib / took,
        "cpu_us": used * 1e6 / mib,
        "rss_mib": rss,
        "peak_mib": peak,
    }


def _figure(pattern, text):
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError("no {} in pgbench's output:\n{}".format(pattern, text))
    return found.group(1)


def _latencies(prefix):
    """Sorted latencies in microseconds, from pgbench's per-transaction logs, which it removes."""
    latencies = []
    for name in glob.glob(prefix + ".*"):
        with open(name, encoding="ascii") as file:
            latencies.extend(int(line.split(" ", 3)[2]) for line in file)
        os.remove(name)
    latencies.sort()
    return latencies
