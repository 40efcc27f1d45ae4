#!/usr/bin/env python3
"""Reads a file with pandas.read_csv and prints the JSON line that read_csv_bench prints."""
import json
import os
import resource
import sys
import time

import pandas

path = sys.argv[1]
start = time.perf_counter()
frame = pandas.read_csv(path)
seconds = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_SELF)
megabytes = os.path.getsize(path) / 1e6
print(json.dumps({
    "reader": f"pandas {pandas.__version__}",
    "threads": 1,
    "seconds": round(seconds, 3),
    "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
    "mb_per_s": round(megabytes / seconds, 1),
    "rows": len(frame),
    "columns": len(frame.columns),
    "file_mb": round(megabytes, 1),
    "peak_mb": round(usage.ru_maxrss * 1024 / 1e6, 1),
}))
