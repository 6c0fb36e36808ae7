"""Counts what Stepgate recorded (docs/specs/recording.md) and holds it against what pgbench did."""

import glob
import json
import os
import re

REQUEST = re.compile(rb'^\{"t":\d+,"request":\d+,"kind":"([a-z-]+)"', re.MULTILINE)
OUTCOME = re.compile(rb'^\{"t":\d+,"outcome":\d+,"status":"([a-z-]+)"', re.MULTILINE)
COPY_DATA = ord("d")
SALT_BYTES = 16


class NotWhatWasDone(RuntimeError):
    """The recordings hold more or less than the clients did."""


def check(state, expected, said):
    """Raises unless the recordings below `state` hold exactly what is expected; else a sentence."""
    requests, outcomes, copied = {}, {}, 0
    files = glob.glob(os.path.join(state, "recordings", "*", "*.jsonl"))
    size = 0
    for name in files:
        size += os.path.getsize(name)
        _count(name, requests, outcomes)
        if expected.copy_bytes:
            copied += _copied(name)
    wanted = {"query": expected.query, "parse": expected.parse, "execute": expected.execute}
    found = {kind: requests.get(kind, 0) for kind in wanted}
    total = sum(requests.values())
    sealed = re.search(r"^stepgate: (\d+) operations?, 0 refused", said, re.MULTILINE)
    if found != wanted or copied != expected.copy_bytes:
        raise NotWhatWasDone(
            "expected {} and {} bytes of COPY, recorded {} and {}".format(
                wanted, expected.copy_bytes, found, copied
            )
        )
    if outcomes != {"done": total}:
        raise NotWhatWasDone("{} operations with outcomes {}".format(total, outcomes))
    if sealed is None or int(sealed.group(1)) != total:
        raise NotWhatWasDone("{} operations recorded, the seal says: {}".format(total, said))
    return "recorded: {} operations as pgbench did, {} recordings, {:.0f} MiB of lines".format(
        total, len(files), size / (1 << 20)
    )


def _count(name, requests, outcomes):
    with open(name, "rb") as file:
        while True:
            lines = b"".join(file.readlines(16 << 20))
            if not lines:
                return
            for pattern, counts in ((REQUEST, requests), (OUTCOME, outcomes)):
                for word in pattern.findall(lines):
                    counts[word.decode()] = counts.get(word.decode(), 0) + 1


def _copied(name):
    """Bytes inside the CopyData messages of the recording's `data` lines."""
    total, messages = 0, CopyDataCounter()
    with open(name, "rb") as lines, open(name[:-5] + "bodies", "rb") as bodies:
        for line in lines:
            if b'"data":' in line:
                event = json.loads(line)
                bodies.seek(event["at"] + SALT_BYTES)
                total += messages.take(bodies.read(event["size"]))
    return total


class CopyDataCounter:
    """Walks a stream of messages that arrives in pieces, headers split or not."""

    def __init__(self):
        self.left = 0
        self.header = b""
        self.counted = False

    def take(self, piece):
        at, total = 0, 0
        while at < len(piece):
            if self.left:
                step = min(self.left, len(piece) - at)
                total += step if self.counted else 0
                self.left -= step
                at += step
                continue
            missing = 5 - len(self.header)
            self.header += piece[at : at + missing]
            at += missing
            if len(self.header) == 5:
                self.counted = self.header[0] == COPY_DATA
                self.left = int.from_bytes(self.header[1:], "big") - 4
                self.header = b""
        return total
