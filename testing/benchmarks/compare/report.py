"""Medians, spread and ratios, as text and as JSON."""

import json
import statistics

COLUMNS = [
    ("tps", "tps", 0),
    ("mib_s", "MiB/s", 1),
    ("p50_us", "p50 us", 0),
    ("p99_us", "p99 us", 0),
    ("cpu_us", "proxy cpu us", 1),
    ("rss_mib", "rss MiB", 0),
    ("peak_mib", "peak MiB", 0),
]
RATED = ["tps", "mib_s", "p50_us", "p99_us", "cpu_us"]


def column(runs, name):
    return [run[name] for run in runs if name in run]


def spread(values):
    """First and third quartile."""
    if len(values) < 2:
        return values[0], values[0]
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    return quartiles[0], quartiles[2]


def ratios(runs, over, name):
    """Ratio in each round, so that a slow minute of the machine hits both sides of it."""
    pairs = zip(column(runs, name), column(over, name))
    return [mine / theirs for mine, theirs in pairs if theirs > 0]


def cell(result):
    runs = result["runs"]
    lines = ["", "## " + result["cell"]["name"]]
    for path, figures in runs.items():
        parts = []
        for name, title, digits in COLUMNS:
            values = column(figures, name)
            if values:
                low, high = spread(values)
                parts.append(
                    "{} {:.{d}f} [{:.{d}f} {:.{d}f}]".format(
                        title, statistics.median(values), low, high, d=digits
                    )
                )
        lines.append("{:9}  {}".format(path, "  ".join(parts)))
    for path, over in (("pgbouncer", "direct"), ("stepgate", "direct"), ("stepgate", "pgbouncer")):
        if path in runs and over in runs:
            lines.append("{} / {}: {}".format(path, over, _ratio_words(runs[path], runs[over])))
    return "\n".join(lines + result["words"])


def _ratio_words(mine, theirs):
    parts = []
    for name, title, _ in COLUMNS:
        values = ratios(mine, theirs, name) if name in RATED else []
        if values:
            low, high = spread(values)
            parts.append("{} {:.2f} [{:.2f} {:.2f}]".format(title, statistics.median(values), low, high))
    return "  ".join(parts)


def added(mine, direct, name):
    """Median of what the path adds to the direct latency, in microseconds."""
    pairs = zip(column(mine, name), column(direct, name))
    return statistics.median([a - b for a, b in pairs])


def summary(results):
    lines = ["", "## summary: medians of the rounds' ratios; [quartiles] above"]
    for result in results:
        runs = result["runs"]
        parts = [result["cell"]["name"] + ":"]
        rate = "mib_s" if result["cell"]["copy"] else "tps"
        for path in ("pgbouncer", "stepgate"):
            if path in runs and "direct" in runs:
                value = statistics.median(ratios(runs[path], runs["direct"], rate))
                parts.append("{} {:.2f} of direct".format(path, value))
                if rate == "tps":
                    parts.append(
                        "(adds {:+.0f} us p50, {:+.0f} us p99)".format(
                            added(runs[path], runs["direct"], "p50_us"),
                            added(runs[path], runs["direct"], "p99_us"),
                        )
                    )
        if "stepgate" in runs and "pgbouncer" in runs:
            value = statistics.median(ratios(runs["stepgate"], runs["pgbouncer"], rate))
            parts.append("stepgate {:.2f} of pgbouncer".format(value))
        lines.append("  ".join(parts))
    return "\n".join(lines)


def write(file, results):
    with open(file, "w", encoding="utf-8") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
