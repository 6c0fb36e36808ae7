"""The three ways to the server: directly, through PgBouncer, through Stepgate."""

import os
import pwd
import shutil
import subprocess
import time

import machine
import recorded
import server

READY_SECONDS = 60


def make(name, options, database, scratch):
    kinds = {"direct": Direct, "pgbouncer": PgBouncer, "stepgate": Stepgate}
    return kinds[name](options, database, scratch)


class Direct:
    """No proxy."""

    name = "direct"

    def __init__(self, options, database, scratch):
        self.database = database

    def open(self):
        """Called before a cell."""

    def environment(self):
        return self.database.environment()

    def pid(self):
        """The proxy's process id, None where there is none."""
        return None

    def seal(self, expected):
        """Called after a cell with what pgbench did; returns a sentence for the report."""
        return ""

    def close(self):
        pass


class PgBouncer(Direct):
    """Debian's PgBouncer: session pooling, SCRAM on both sides, room for all clients."""

    name = "pgbouncer"

    def __init__(self, options, database, scratch):
        super().__init__(options, database, scratch)
        self.directory = os.path.join(scratch, "pgbouncer")
        os.mkdir(self.directory, 0o755)
        machine.give(self.directory)
        self.port = server.free_port()
        tls = ""
        if options.tls:
            tls = "server_tls_sslmode = verify-full\nserver_tls_ca_file = " + database.authority
        self._write("users.txt", '"{}" "{}"\n'.format(server.USER, database.password))
        self._write(
            "pgbouncer.ini",
            "[databases]\n{0} = host=127.0.0.1 port={1} dbname={0}\n[pgbouncer]\n"
            "listen_addr = 127.0.0.1\nlisten_port = {2}\nunix_socket_dir =\n"
            "auth_type = scram-sha-256\nauth_file = {3}/users.txt\npool_mode = session\n"
            "max_client_conn = 500\ndefault_pool_size = 150\nlog_connections = 0\n"
            "log_disconnections = 0\nignore_startup_parameters = extra_float_digits\n{4}\n".format(
                server.DATABASE, database.port, self.port, self.directory, tls
            ),
        )
        command = ["pgbouncer", os.path.join(self.directory, "pgbouncer.ini")]
        self.log = open(os.path.join(self.directory, "log"), "wb")
        self.process = subprocess.Popen(
            machine.as_server_user(command), stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, cwd=self.directory, env=machine.environment({}),
        )
        wait_until_ready(self.environment())

    def environment(self):
        direct = {**self.database.environment(), "PGPORT": str(self.port), "PGSSLMODE": "disable"}
        direct.pop("PGSSLROOTCERT", None)
        return direct

    def pid(self):
        return self.process.pid

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()

    def _write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
        machine.give(path)


class Stepgate(Direct):
    """`stepgate exec` around a command that waits: one gateway process and one session a cell."""

    name = "stepgate"

    def __init__(self, options, database, scratch):
        super().__init__(options, database, scratch)
        self.options = options
        self.directory = options.state or os.path.join(scratch, "stepgate")
        self.process = None

    def open(self):
        os.makedirs(self.directory, 0o700, exist_ok=True)
        secret = os.path.join(self.directory, "password")
        self._write(secret, self.database.password)
        tls = "{ verify: off }"
        if self.options.tls:
            tls = "{{ verify: full, ca: {} }}".format(self.database.authority)
        configuration = os.path.join(self.directory, "stepgate.yml")
        self._write(
            configuration,
            "name: bench\nstate: {0}/state\ndurability: {1}\nconnections:\n  bench:\n"
            "    protocol: postgresql\n    address: 127.0.0.1:{2}/{3}\n    user: {4}\n"
            "    password: {{ file: {5} }}\n    tls: {6}\n"
            "    open_to: [ {{ issuer: local, user: {7} }} ]\n".format(
                self.directory, self.options.durability, self.database.port, server.DATABASE,
                server.USER, secret, tls, pwd.getpwuid(os.getuid()).pw_name,
            ),
        )
        command = [self.options.stepgate, "exec", "--config", configuration, "--no-isolation"]
        if not self.options.sockets:
            command += ["--loopback"]
        command += ["--connection", "bench", "--", "sh", "-c", "env; echo ready; cat > /dev/null"]
        variables = {}
        if self.options.java_options:
            variables["STEPGATE_JAVA_OPTS"] = self.options.java_options
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=machine.environment(variables),
        )
        self.variables = {}
        for line in self.process.stdout:
            if line == "ready\n":
                break
            name, _, value = line.rstrip("\n").partition("=")
            if name.startswith("PG"):
                self.variables[name] = value
        else:
            raise RuntimeError(self.process.stderr.read())
        wait_until_ready(self.environment())

    def environment(self):
        return machine.environment(self.variables)

    def pid(self):
        """The JVM: the launcher itself, if it became one, or else its child."""
        return java_below(self.process.pid)

    def seal(self, expected):
        self.process.stdin.close()
        self.process.stdout.read()
        said = self.process.stderr.read()
        if self.process.wait(600) != 0:
            raise RuntimeError("stepgate exec failed: " + said)
        self.process = None
        sentence = recorded.check(os.path.join(self.directory, "state"), expected, said)
        shutil.rmtree(self.directory)
        shutil.rmtree(self.directory + "/state-keys", ignore_errors=True)
        return sentence

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.terminate()
            self.process.wait(60)
            shutil.rmtree(self.directory, ignore_errors=True)

    @staticmethod
    def _write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)


def java_below(pid):
    with open("/proc/{}/comm".format(pid), encoding="utf-8") as file:
        if file.read().strip() == "java":
            return pid
    with open("/proc/{0}/task/{0}/children".format(pid), encoding="utf-8") as file:
        for child in file.read().split():
            found = java_below(int(child))
            if found is not None:
                return found
    return None


def wait_until_ready(environment):
    deadline = time.monotonic() + READY_SECONDS
    while True:
        done = subprocess.run(
            ["psql", "-XAtqc", "SELECT 1"], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise RuntimeError("not ready after {} s: {}".format(READY_SECONDS, done.stderr))
        time.sleep(0.1)
