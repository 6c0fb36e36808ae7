"""The PostgreSQL server that all paths lead to."""

import os
import secrets
import socket
import subprocess

import machine

DATABASE = "bench"
USER = "bench"

CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{directory}'
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
"""

TLS = """
ssl = on
ssl_cert_file = '{directory}/server.crt'
ssl_key_file = '{directory}/server.key'
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A fresh cluster with pgbench's tables, SCRAM for everybody on loopback."""

    def __init__(self, options, scratch):
        self.options = options
        self.directory = os.path.join(scratch, "server")
        self.data = os.path.join(self.directory, "data")
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.authority = os.path.join(self.directory, "server.crt")

    def start(self):
        os.mkdir(self.directory, 0o755)
        machine.give(self.directory)
        initdb = ["initdb", "-N", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8"]
        self._server_program([*initdb, "-D", self.data])
        settings = CONFIGURATION.format(port=self.port, directory=self.directory)
        if self.options.tls:
            self._certificate()
            settings += TLS.format(directory=self.directory)
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(settings)
        with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="utf-8") as file:
            host = "hostssl" if self.options.tls else "host"
            file.write("local all postgres trust\n" + host + " all all 127.0.0.1/32 scram-sha-256\n")
        log = os.path.join(self.directory, "log")
        self._server_program(["pg_ctl", "-s", "-w", "-D", self.data, "-l", log, "start"])
        self.sql("postgres", "CREATE ROLE {} LOGIN PASSWORD '{}'".format(USER, self.password))
        self.sql("postgres", "CREATE DATABASE {} OWNER {}".format(DATABASE, USER))
        fill = ["pgbench", "-i", "-q", "-s", str(self.options.scale), DATABASE]
        subprocess.run(fill, env=self.environment(), check=True, capture_output=True)
        self.sql(DATABASE, "CREATE UNLOGGED TABLE copied (n bigint, words text)")
        self.sql(DATABASE, "ALTER TABLE copied OWNER TO " + USER)

    def environment(self):
        """How a client reaches the server directly."""
        variables = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": USER,
            "PGPASSWORD": self.password,
            "PGDATABASE": DATABASE,
            "PGSSLMODE": "disable",
        }
        if self.options.tls:
            variables.update(PGSSLMODE="verify-full", PGSSLROOTCERT=self.authority)
        return machine.environment(variables)

    def sql(self, database, sql):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-U", "postgres"]
        command += ["-p", str(self.port), "-d", database, "-c", sql]
        done = subprocess.run(
            machine.as_server_user(command), capture_output=True, text=True, check=False,
            env=machine.environment({}), cwd=self.directory,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def version(self):
        return self.sql("postgres", "SELECT version()")

    def stop(self):
        if os.path.exists(os.path.join(self.data, "postmaster.pid")):
            self._server_program(["pg_ctl", "-s", "-m", "immediate", "-D", self.data, "stop"])

    def _certificate(self):
        key = os.path.join(self.directory, "server.key")
        words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
        words += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        words += ["-keyout", key, "-out", self.authority]
        subprocess.run(["openssl", *words], check=True, capture_output=True)
        os.chmod(key, 0o600)
        machine.give(key)

    def _server_program(self, command):
        command = [os.path.join(self.options.bin, command[0]), *command[1:]]
        subprocess.run(
            machine.as_server_user(command), check=True, cwd=self.directory,
            env=machine.environment({}), stdout=subprocess.DEVNULL,
        )
