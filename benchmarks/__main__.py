"""`python -m benchmarks [synth …]`: all of them, or the named ones."""

import sys
from importlib import import_module

NAMES = ("synth", "makespan", "local_aws", "inner_loop", "drift")

for name in sys.argv[1:] or NAMES:
    for line in import_module(f"benchmarks.{name}").report():
        print(f"{name}: {line}", flush=True)
