"""Processes that the proof starts, each on 127.0.0.1, and ends."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

REGION = "us-east-1"
# The administrator, as `operator --aws-port` signs.
KEY = "AKIDLOCAL"
SECRET = "local"


@contextlib.contextmanager
def running(command: list[str], log: pathlib.Path, **options):
    """A process that ends with the block."""
    with log.open("w") as said:
        process = subprocess.Popen(command, stderr=said, stdin=subprocess.PIPE, **{"stdout": said, **options})
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def ministack(folder: pathlib.Path):
    """The emulator; gives its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        # By default it listens on every address.
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "LAMBDA_EXECUTOR": "local",
        # Where functions find every service, and the keys that they sign with.
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        # Every call of a function is checked against its role.
        "AUTH": "true",
    }
    program = pathlib.Path(sys.executable).parent / "ministack"
    with running([str(program)], folder / "ministack.log", env=environment, cwd=folder):
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/_ministack/health", timeout=5).close()
                break
            time.sleep(0.1)
        else:
            sys.exit(f"ministack does not start: see {folder / 'ministack.log'}")
        yield address


@contextlib.contextmanager
def signaling(program: pathlib.Path, folder: pathlib.Path):
    """Our imitation of KVS, which ministack has not; gives its address, and what tells it a role's keys."""
    with running([str(program)], folder / "kvs.log", stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().removeprefix("ready ").strip()

        def admit(keys: list[tuple[str, str, str]]):
            process.stdin.writelines(" ".join(key) + "\n" for key in keys)
            process.stdin.flush()

        yield address, admit
