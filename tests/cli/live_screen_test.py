#!/usr/bin/python3
"""`monitor --watch` in a pseudo terminal, its bytes replayed through a terminal emulator.

    live_screen_test.py MLOPS

The screen is what `monitor` prints once, at every width; a resize is followed at once; q,
SIGTERM, SIGINT and SIGHUP leave the terminal as it was, and so does SIGTSTP until SIGCONT; keys
open models, show versions and every column, and acknowledge an alert that requests which all fail
have raised. Exits 77 (skipped) without Debian's python3-pyte.
"""
import csv
import fcntl
import json
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
import urllib.error
import urllib.request

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

    def __init__(self, program, registry, columns, *words, interval="0.2"):
        self.screen = pyte.Screen(columns, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""
        self.master, slave = pty.openpty()
        self.resize(columns, tell=False)
        self.modes = termios.tcgetattr(slave)
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
                       "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.process = subprocess.Popen(
            [program, "--registry", registry, "monitor", f"--watch={interval}", *words],
            stdin=slave, stdout=slave, stderr=slave, env=environment, process_group=0)
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

    def press(self, keys):
        os.write(self.master, keys.encode())

    def sees(self, text):
        return any(text in line for line in self.lines())

    def wait_for(self, text):
        self.read_until(lambda: self.sees(text), f"no '{text}'")

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


def test_resize_waits_for_no_look(program, registry):
    session = Session(program, registry, 160, "first", interval="600")
    session.wait_for("q quit")
    session.resize(60)
    session.read_until(lambda: session.lines()[0].startswith("first@1 (champion)   ?"),
                       "the layout of 160 columns, cut")
    session.press("q")
    session.finish()


def test_stop_and_continue(program, registry):
    session = Session(program, registry, 80)
    session.wait_for("q quit")
    session.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(session.process.pid, os.WUNTRACED)
    check(os.WIFSTOPPED(status), "SIGTSTP does not stop it")
    session.read_until(lambda: left_screen(session.bytes), "stopped with the terminal in its hands")
    check(termios.tcgetattr(session.slave) == session.modes, "stopped without echo or line mode")
    session.screen.reset()
    session.process.send_signal(signal.SIGCONT)
    session.wait_for("q quit")
    session.press("q")
    check(session.finish() == (0, True), "q after a stop")


def test_keys(program, registry):
    session = Session(program, registry, 100)
    session.wait_for(">  first@1")  # in trouble, so on top
    session.press("\x1b[B")
    session.wait_for(">  second@1")
    session.press("\r")
    session.wait_for("mlops monitor · second@1")
    session.press("n")
    session.wait_for("mlops monitor · first@1")
    session.press("v")
    session.wait_for("held-out accuracy")
    session.press("\x1b")
    session.wait_for("mlops monitor · first@1")
    session.press("?")
    session.wait_for("acknowledge its oldest firing alert")
    session.press("?")
    session.wait_for("more below")
    session.press("G")
    session.wait_for("is champion")
    session.press("g")
    session.press("a")
    session.wait_for("acknowledge alert #1?   y yes")
    session.press("\x1b")
    session.wait_for("a ack")
    check(states(program, registry) == ["firing"], "acknowledged without a yes")
    session.press("a")
    session.wait_for("y yes")
    session.press("y")
    session.wait_for("it stays open and is not told again")
    check(states(program, registry) == ["acknowledged"], "y has not acknowledged")
    session.press("a")
    session.wait_for("no alert is firing")
    session.press("\x1b")
    session.wait_for(">  first@1")
    session.press("q")
    check(session.finish() == (0, True), "q")


def states(program, registry):
    alerts = json.loads(run(program, registry, "alerts", "--json").stdout)["alerts"]
    return [alert["state"] for alert in alerts]


def run(program, registry, *words, status=0):
    done = subprocess.run([program, "--registry", registry, *words], capture_output=True, text=True)
    check(done.returncode == status, f"{words} ended with {done.returncode}: {done.stderr}")
    return done


def train_models(program, registry, folder):
    table = os.path.join(folder, "table.csv")
    with open(table, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["size", "colour", "sold"])
        for i in range(400):
            size = (i * 37) % 100
            writer.writerow([size, ["red", "green"][i % 2], "yes" if size + i % 7 > 50 else "no"])
    for name in ("first", "second"):
        run(program, registry, "train", table, "--target", "sold", "--name", name, "--preset", "fast",
            "--max-trials", "1", "--quiet")


def raise_alert(program, registry):
    """Every request fails, no prediction ever comes: `monitor --check` says so all the same."""
    server = subprocess.Popen([program, "--registry", registry, "serve", "--port", "0"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = server.stdout.readline().split()[-1] + "/v1/models/first/predict"
        for _ in range(300):
            try:
                urllib.request.urlopen(urllib.request.Request(
                    url, b'{"instances":[{"size":"large"}]}',
                    {"Content-Type": "application/json"})).read()
            except urllib.error.HTTPError as error:
                check(error.code == 422, f"status {error.code}")
        end = time.monotonic() + DEADLINE_S
        while True:
            done = subprocess.run([program, "--registry", registry, "monitor", "--check"],
                                  capture_output=True, text=True)
            if done.returncode == 10:
                check("first@1 errors" in done.stdout, done.stdout)
                return
            check(time.monotonic() < end, f"no alert: {done.returncode} {done.stderr}")
            time.sleep(0.1)
    finally:
        server.terminate()
        server.wait(DEADLINE_S)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        registry = os.path.join(folder, "registry")
        for test in (test_widths, test_resize, test_signals):
            test(program, registry)
            print("ok", test.__name__)
        train_models(program, registry, folder)
        test_resize_waits_for_no_look(program, registry)
        print("ok test_resize_waits_for_no_look")
        raise_alert(program, registry)
        for test in (test_stop_and_continue, test_keys):
            test(program, registry)
            print("ok", test.__name__)


main()
