"""What is measured: a cell is one query mode with one number of clients, over all paths."""

import collections
import os

import measure
import server

Cell = collections.namedtuple("Cell", "name mode clients connect copy")

# pgbench looks at its tables before it starts: their number of branches, and partitioning.
QUERIES_BEFORE_A_RUN = 2
STATEMENTS = {"select-only": 1, "tpcb-like": 7}


class Expected:
    """How many operations of each kind a cell has caused in one path."""

    def __init__(self, workload):
        self.statements = STATEMENTS[workload]
        # The path's own question whether it is ready.
        self.query, self.parse, self.execute, self.copy_in, self.copy_bytes = 1, 0, 0, 0, 0

    def pgbench(self, cell, transactions):
        statements = transactions * self.statements
        self.query += QUERIES_BEFORE_A_RUN
        if cell.mode == "simple":
            self.query += statements
            return
        self.execute += statements
        if cell.mode == "extended":
            self.parse += statements
        else:
            self.parse += self.statements * cell.clients

    def copy(self, direction, size):
        self.query += 1
        if direction == "from":
            self.copy_in += 1
            self.copy_bytes += size


def plan(options):
    cells = []
    clients = [int(n) for n in options.clients.split(",")]
    if not options.only_extra:
        for mode in options.modes.split(","):
            cells += [Cell("{}, {} clients".format(mode, n), mode, n, False, None) for n in clients]
    if options.connect:
        for n in clients:
            cells.append(Cell("connect each time, {} clients".format(n), "simple", n, True, None))
    if options.copy:
        for direction in ("from", "to"):
            cells.append(Cell("copy " + direction, "simple", 1, False, direction))
    return cells


def measure_copy(cell, path, options, database, file, expected):
    if cell.copy == "from":
        database.sql(server.DATABASE, "TRUNCATE copied")
    figures = measure.copy(path, cell.copy, file, options)
    expected.copy(cell.copy, os.path.getsize(file))
    return figures


def measure_once(cell, path, seconds, options, database, scratch, expected):
    if cell.copy:
        return measure_copy(cell, path, options, database, copy_file(options, scratch), expected)
    figures = measure.pgbench(path, cell, seconds, options, scratch)
    expected.pgbench(cell, figures["transactions"])
    return figures


def copy_file(options, scratch):
    """Rows of about 100 bytes, `--copy-mib` of them in MiB; made once."""
    name = os.path.join(scratch, "rows")
    if not os.path.exists(name):
        row = "{}\t" + "abcdefgh " * 10 + "\n"
        with open(name, "w", encoding="ascii") as file:
            for n in range(options.copy_mib * (1 << 20) // 100):
                file.write(row.format(10_000_000 + n))
    return name


def prepare_copy_out(cell, options, database, scratch):
    if cell.copy == "to":
        database.sql(server.DATABASE, "TRUNCATE copied")
        file = copy_file(options, scratch)
        os.chmod(file, 0o644)
        database.sql(server.DATABASE, "COPY copied FROM '{}'".format(file))


def measure_cell(cell, opened, options, database, scratch):
    """All rounds of one cell; returns {path name: [figures of each run]} and the paths' words."""
    runs = {path.name: [] for path in opened}
    expected = {path.name: Expected(options.workload) for path in opened}
    prepare_copy_out(cell, options, database, scratch)
    for path in opened:
        path.open()
        measure_once(cell, path, options.warm_up, options, database, scratch, expected[path.name])
    for number in range(options.pairs):
        shift = number % len(opened)
        for path in opened[shift:] + opened[:shift]:
            figures = measure_once(
                cell, path, options.seconds, options, database, scratch, expected[path.name]
            )
            # In a warm-up a connection a transaction may not get through in time; in a round it must.
            if not figures["transactions"]:
                raise RuntimeError("no transaction through {} in {}".format(path.name, cell.name))
            runs[path.name].append(figures)
    words = [path.seal(expected[path.name]) for path in opened]
    return {"cell": cell._asdict(), "runs": runs, "words": [w for w in words if w]}
