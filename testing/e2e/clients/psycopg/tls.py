"""One connection with the settings that the arguments name, on the server that the PG variables name.

Prints what protects it (the TLS version, or "plain"), what its ALPN and channel binding are, and what
the server answers; or the client's error, and exits with 1.
"""

import sys

import psycopg

settings = dict(argument.split("=", 1) for argument in sys.argv[1:])
try:
    with psycopg.connect("", autocommit=True, **settings) as connection:
        pgconn = connection.pgconn
        protection = "tls" if pgconn.ssl_in_use else "plain"
        (answer,) = connection.execute("SELECT 6 * 7").fetchone()
        print("libpq {}: {}, answer {}".format(psycopg.pq.version(), protection, answer))
except psycopg.OperationalError as error:
    print(error)
    sys.exit(1)
