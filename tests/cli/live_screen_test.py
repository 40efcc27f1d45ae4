#!/usr/bin/python3
"""`monitor --watch` in a pseudo terminal, its bytes replayed through a terminal emulator.

    live_screen_test.py MLOPS

The screen is what `monitor` prints once, at every width; a resize is followed; q, SIGTERM,
SIGINT and SIGHUP leave the terminal as it was. Exits 77 (skipped) without Debian's python3-pyte.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

try:
    import pyte
except ImportError:
    print("skipped: no python3-pyte")
    sys.exit(77)

ROWS = 24
DEADLINE_S = 60
MARK = "no model is deployed yet"


class Session:
    """The program on a terminal of its own."""

    def __init__(self, program, registry, columns):
        self.screen = pyte.Screen(columns, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""
        self.master, slave = pty.openpty()
        self.resize(columns, tell=False)
        self.modes = termios.tcgetattr(slave)
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
                       "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.process = subprocess.Popen(
            [program, "--registry", registry, "monitor", "--watch=0.2"], stdin=slave, stdout=slave,
            stderr=slave, env=environment, start_new_session=True)
        self.slave = slave

    def resize(self, columns, tell=True):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        self.screen.resize(ROWS, columns)
        if tell:
            self.process.send_signal(signal.SIGWINCH)

    def read_until(self, condition, what):
        end = time.monotonic() + DEADLINE_S
        while not condition():
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"{what}; the screen:\n" + "\n".join(self.screen.display))
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data and self.process.poll() is not None:
                raise AssertionError(f"{what}: the program ended with {self.process.returncode}")
            self.bytes += data
            self.stream.feed(data)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def finish(self):
        """The exit status, and whether the terminal is as it was."""
        self.process.wait(DEADLINE_S)
        while select.select([self.master], [], [], 0.2)[0]:
            self.bytes += os.read(self.master, 65536)
        restored = termios.tcgetattr(self.slave) == self.modes
        os.close(self.master)
        os.close(self.slave)
        return self.process.returncode, restored


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def left_screen(data):
    """The alternate screen was left and the cursor shown, after everything else was drawn."""
    return (data.rfind(b"\x1b[?1049l") > data.rfind(b"\x1b[?1049h") and
            data.rfind(b"\x1b[?25h") > data.rfind(b"\x1b[?25l"))


def shown(session):
    return any(MARK in line for line in session.lines())


def test_widths(program, registry):
    once = subprocess.run([program, "--registry", registry, "monitor"], capture_output=True,
                          check=True, text=True).stdout.splitlines()
    for columns in (60, 80, 100, 160):
        session = Session(program, registry, columns)
        session.read_until(lambda: shown(session), f"no frame at {columns} columns")
        lines = session.lines()
        check(lines[:len(once)] == [line.rstrip() for line in once],
              f"at {columns} columns the screen is {lines}")
        check(any("q quit" in line for line in lines), "no key is named")
        os.write(session.master, b"q")
        status, restored = session.finish()
        check(status == 0, f"q ended with {status}")
        check(restored and left_screen(session.bytes), "q leaves the terminal changed")


def test_resize(program, registry):
    session = Session(program, registry, 100)
    session.read_until(lambda: shown(session), "no frame")
    session.screen.reset()
    session.resize(60)
    session.read_until(lambda: shown(session), "not drawn again after a resize")
    check(max(len(line) for line in session.lines()) <= 60, "wider than the terminal")
    os.write(session.master, b"q")
    session.finish()


def test_signals(program, registry):
    for number, expected in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)):
        session = Session(program, registry, 80)
        session.read_until(lambda: shown(session), "no frame")
        session.process.send_signal(number)
        status, restored = session.finish()
        check(status == expected, f"{number.name} ended with {status}")
        check(restored, f"{number.name} leaves the terminal without echo or line mode")
        check(left_screen(session.bytes), f"{number.name} leaves the other screen or no cursor")


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        registry = os.path.join(folder, "registry")
        for test in (test_widths, test_resize, test_signals):
            test(program, registry)
            print("ok", test.__name__)


main()
