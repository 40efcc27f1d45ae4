"""A server with the benchmark's model, and what is asked of it."""

import contextlib
import json
import pathlib
import random
import socket
import subprocess
import time

POST = pathlib.Path(__file__).parent.parent / "serve" / "post.lua"
FEATURES = [f"feature_{i:02}" for i in range(20)]


def body_file(directory, n_rows):
    draw = random.Random(5)
    row = lambda: {name: round(draw.gauss(0, 1), 4) for name in FEATURES}
    path = directory / f"{n_rows}.json"
    path.write_text(json.dumps({"instances": [row() for _ in range(n_rows)]}))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(mlops, *options):
    """Yields the process and the URL of its predictions, once it is ready; ends it at the end."""
    port = free_port()
    process = subprocess.Popen([*mlops, "serve", "--port", str(port), *options],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        while subprocess.run(["curl", "-sf", f"{base}/readyz"], capture_output=True).returncode:
            time.sleep(0.05)
        yield process, f"{base}/v1/models/bench/predict"
    finally:
        process.terminate()
        process.wait()
