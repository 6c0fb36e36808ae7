"""What Python programs do with PostgreSQL, on the server that the PG variables name.

Prints one line a scenario and exits non-zero at the first that fails.
"""

import os
import sys
import threading
import time

import psycopg
from psycopg import sql


def scenario(function):
    started = time.monotonic()
    function()
    print("{}: ok ({:.2f} s)".format(function.__name__, time.monotonic() - started), flush=True)


def connect(**more):
    return psycopg.connect("", autocommit=True, **more)


def parameters_in_text_and_binary():
    with connect() as connection:
        for binary in (False, True):
            cursor = connection.cursor(binary=binary)
            value = b"\x00\xff" * 5000
            cursor.execute("SELECT %s::int8, %b::bytea, %s::text", (2**40, value, "a\u00e4\u2603"))
            assert cursor.fetchone() == (2**40, value, "a\u00e4\u2603")


def prepared_statements():
    with connect(prepare_threshold=1) as connection:
        for n in range(50):
            assert connection.execute("SELECT %s::int + 1", (n,)).fetchone() == (n + 1,)
        # A query of its own sort would be prepared and counted itself; a constant one is too.
        assert connection.execute("SELECT count(*) > 0 FROM pg_prepared_statements").fetchone()[0]
        connection.execute("DEALLOCATE ALL")


def pipeline_with_an_error_in_the_middle():
    with connect() as connection:
        connection.execute("CREATE TEMP TABLE piped (n int PRIMARY KEY)")
        with connection.pipeline() as pipeline:
            for n in range(200):
                connection.execute("INSERT INTO piped VALUES (%s)", (n,))
            pipeline.sync()
        try:
            with connection.pipeline():
                connection.execute("INSERT INTO piped VALUES (1000)")
                connection.execute("INSERT INTO piped VALUES (1)")
                connection.execute("INSERT INTO piped VALUES (1001)")
        except psycopg.errors.UniqueViolation:
            pass
        else:
            raise AssertionError("the duplicate was accepted")
        assert connection.execute("SELECT count(*) FROM piped").fetchone() == (200,)


def an_error_leaves_the_transaction_honest():
    with connect() as connection:
        try:
            with connection.transaction():
                connection.execute("CREATE TABLE half_done (n int)")
                connection.execute("SELECT 1 / 0")
        except psycopg.errors.DivisionByZero as error:
            assert error.diag.sqlstate == "22012"
        assert connection.execute("SELECT to_regclass('half_done')").fetchone() == (None,)


def copy_both_ways():
    rows = [(n, "line\t{}\\".format(n), None) for n in range(20000)]
    for form in ("TEXT", "BINARY"):
        with connect() as connection:
            connection.execute("CREATE TEMP TABLE copied (n int4, words text, nothing date)")
            copy_in = sql.SQL("COPY copied FROM STDIN (FORMAT {})").format(sql.SQL(form))
            with connection.cursor().copy(copy_in) as copy:
                copy.set_types(["int4", "text", "date"])
                for row in rows:
                    copy.write_row(row)
            copy_out = sql.SQL("COPY copied TO STDOUT (FORMAT {})").format(sql.SQL(form))
            with connection.cursor().copy(copy_out) as copy:
                copy.set_types(["int4", "text", "date"])
                assert list(copy.rows()) == rows


def an_abandoned_copy_is_rolled_back():
    with connect() as connection:
        connection.execute("CREATE TEMP TABLE abandoned (n int)")
        try:
            with connection.cursor().copy("COPY abandoned FROM STDIN") as copy:
                copy.write("1\n")
                raise KeyError("changed my mind")
        except KeyError:
            pass
        assert connection.execute("SELECT count(*) FROM abandoned").fetchone() == (0,)


def a_server_side_cursor_in_small_steps():
    with connect() as connection, connection.transaction():
        with connection.cursor(name="steps") as cursor:
            cursor.itersize = 7
            cursor.execute("SELECT * FROM generate_series(1, 1000)")
            assert sum(row[0] for row in cursor) == 500500


def rows_as_they_come():
    with connect() as connection:
        stream = connection.cursor().stream("SELECT * FROM generate_series(1, 100000)")
        assert sum(row[0] for row in stream) == 5000050000


def notifications():
    with connect() as listener, connect() as speaker:
        listener.execute("LISTEN news")
        speaker.execute("SELECT pg_notify('news', 'h\u00e9llo')")
        got = next(listener.notifies(timeout=10))
        assert (got.channel, got.payload) == ("news", "h\u00e9llo")
        assert got.pid == speaker.execute("SELECT pg_backend_pid()").fetchone()[0]


def cancel_from_another_thread():
    with connect() as connection:
        timer = threading.Timer(0.5, connection.cancel_safe)
        timer.start()
        started = time.monotonic()
        try:
            connection.execute("SELECT pg_sleep(60)")
        except psycopg.errors.QueryCanceled:
            pass
        else:
            raise AssertionError("not cancelled")
        assert time.monotonic() - started < 30
        timer.join()
        assert connection.execute("SELECT 7").fetchone() == (7,)


def notices():
    with connect() as connection:
        said = []
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
        connection.execute("DO $$ BEGIN RAISE NOTICE 'careful'; END $$")
        assert said == ["careful"]


def a_wrong_password_is_refused():
    try:
        connect(password="not this one", require_auth="scram-sha-256").close()
    except psycopg.OperationalError as error:
        assert "password authentication failed" in str(error), error
    else:
        raise AssertionError("let in")


def another_users_name_is_refused():
    try:
        connect(user="nobody_knows_me", require_auth="scram-sha-256").close()
    except psycopg.OperationalError as error:
        assert "password authentication failed" in str(error), error
    else:
        raise AssertionError("let in")


def settings_and_status_reports():
    with connect(options="-c statement_timeout=4321", application_name="checker") as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("4321ms",)
        assert connection.execute("SHOW application_name").fetchone() == ("checker",)
        connection.execute("SET client_encoding TO 'LATIN1'")
        assert connection.info.encoding == "iso8859-1"
        assert connection.execute("SELECT '\u00e4'").fetchone() == ("\u00e4",)


def protocol_3_2():
    if psycopg.pq.version() < 180000:
        raise AssertionError("libpq {} does not speak it".format(psycopg.pq.version()))
    with connect(max_protocol_version="3.2") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        spoken = connection.info.full_protocol_version
        print("  spoken: {}".format(spoken))
        expected = os.environ.get("EXPECTED_PROTOCOL")
        assert expected is None or spoken == int(expected), spoken
        timer = threading.Timer(0.3, connection.cancel_safe)
        timer.start()
        try:
            connection.execute("SELECT pg_sleep(60)")
        except psycopg.errors.QueryCanceled:
            pass
        else:
            raise AssertionError("not cancelled")
        timer.join()


SCENARIOS = [
    parameters_in_text_and_binary,
    prepared_statements,
    pipeline_with_an_error_in_the_middle,
    an_error_leaves_the_transaction_honest,
    copy_both_ways,
    an_abandoned_copy_is_rolled_back,
    a_server_side_cursor_in_small_steps,
    rows_as_they_come,
    notifications,
    cancel_from_another_thread,
    notices,
    a_wrong_password_is_refused,
    another_users_name_is_refused,
    settings_and_status_reports,
    protocol_3_2,
]

if __name__ == "__main__":
    print("libpq", psycopg.pq.version(), "psycopg", psycopg.__version__)
    wanted = sys.argv[1:]
    for one in SCENARIOS:
        if not wanted or one.__name__ in wanted:
            scenario(one)
    print("all ok")
