"""Child processes that a test starts, and a watch over where they try to connect to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WATCH = """
import os, socket, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        with open(os.environ["APPINT_WATCHED"], "a", encoding="utf-8") as file:
            file.write(f"{arguments[1] if event == 'socket.connect' else arguments[:2]}\\n")

sys.addaudithook(watch)
"""
JS_WATCH = """
const net = require("net"), fs = require("fs"), connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const to = Array.isArray(args[0]) ? args[0][0] : args[0];
  fs.appendFileSync(process.env.APPINT_WATCHED, `${to.host}:${to.port}\\n`);
  return connect.apply(this, args);
};
"""


class Children:
    """Starts child processes in this process's environment, and records where they tried to connect to."""

    def __init__(self, folder: Path) -> None:
        self._watched = folder / "watched.txt"
        self._watched.touch()
        (folder / "sitecustomize.py").write_text(WATCH)
        (folder / "watch.cjs").write_text(JS_WATCH)
        self._folder = folder

    def run(self, *command: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; return its output and its exit status."""
        paths = os.pathsep.join(filter(None, (str(self._folder), os.environ.get("PYTHONPATH"))))
        environ = {
            **os.environ, "PYTHONPATH": paths, "APPINT_WATCHED": str(self._watched),
            "NODE_OPTIONS": f"--require {self._folder / 'watch.cjs'}", **environ,
        }  # fmt: skip
        return subprocess.run(
            [str(argument) for argument in command], capture_output=True, text=True, env=environ, timeout=60
        )

    def python(self, program: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program."""
        return self.run(sys.executable, "-c", program, **environ)

    @property
    def reached(self) -> list[str]:
        """Where the children tried to connect to, in order."""
        return self._watched.read_text(encoding="utf-8").splitlines()

    @property
    def reached_beyond_loopback(self) -> list[str]:
        """Those of them that are not on this machine."""
        return [address for address in self.reached if "127.0.0.1" not in address]


def aws() -> str:
    """Return the AWS CLI v1 that is installed beside this Python; skip the test where there is none."""
    path = shutil.which("aws", path=str(Path(sys.executable).parent))
    return path or pytest.skip("the AWS CLI is not installed beside this Python: pip install awscli")


def node() -> str:
    """Return Node.js with the AWS SDK for JavaScript v3; skip the test where either is missing."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("Node.js is not installed")
    if subprocess.run([path, "-e", "require('@aws-sdk/client-appintegrations')"], capture_output=True).returncode:
        pytest.skip("the JavaScript SDK is not on NODE_PATH: npm install @aws-sdk/client-appintegrations")
    return path


def aws_v2() -> str:
    """Return the AWS CLI v2; skip the test where there is none."""
    for folder in os.get_exec_path():
        path = shutil.which("aws", path=folder)
        if path and subprocess.run([path, "--version"], capture_output=True).stdout.startswith(b"aws-cli/2"):
            return path
    return pytest.skip("the AWS CLI v2 is not installed: apt-get install awscli")


_GO_SOURCES = "/usr/share/gocode"  # Where Debian's packages put them.


def go_program(source: str, folder: Path) -> Path:
    """Build a program that uses the AWS SDK for Go v2; skip the test where Go or the SDK is missing."""
    path = shutil.which("go")
    if path is None or not Path(_GO_SOURCES, "src/github.com/aws/aws-sdk-go-v2/service/appintegrations").is_dir():
        pytest.skip("Go or its AWS SDK is missing: apt-get install golang-go golang-github-aws-aws-sdk-go-v2-dev")
    (folder / "program.go").write_text(source)
    environ = {**os.environ, "GO111MODULE": "off", "GOPATH": f"{folder / 'gopath'}:{_GO_SOURCES}"}
    subprocess.run([path, "build", "program.go"], cwd=folder, env=environ, check=True, timeout=280)
    return folder / "program"
