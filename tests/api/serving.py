"""A running `mlops serve` for tests that speak HTTP as other programs do. Needs python3-requests."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

START_LIMIT_SECONDS = 60


class Serving:
    """`mlops serve --port 0` over a registry, with observations of its own."""

    def __init__(self, mlops, registry, options=()):
        self._state = tempfile.TemporaryDirectory()
        self._out = pathlib.Path(self._state.name) / "out"
        self._err = pathlib.Path(self._state.name) / "err"
        command = [mlops, "serve", "--port", "0", "--registry", registry]
        command += ["--state", self._state.name, *options]
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err)
        self.url = self._wait_for_url()

    def _wait_for_url(self):
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"(http://\S+)\n", self._out.read_text())
            if found:
                return found.group(1)
            time.sleep(0.02)
        raise RuntimeError("the server did not start: " + self._err.read_text())

    def log(self):
        return self._err.read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(timeout=30)
        self._state.cleanup()
        if status != 0:
            raise RuntimeError(f"the server ended with {status}")


class Checks:
    """Counts what holds and tells what does not; the process's status is `status()`."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, condition, what):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED:", what)

    def status(self):
        print(f"{self.passed} checks passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def arguments():
    """PROGRAM REGISTRY from the command line."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} MLOPS REGISTRY")
    return sys.argv[1], sys.argv[2]
