"""The child process of the built-in model: ``python -m dost_ext.models.builtin.engine``.

Reads one line of JSON from its input (``{"weights", "key"}``; the key must not show in the list of
processes), writes ``{"port"}`` once it listens, and ends when its input does.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from dost_ext.core.lifeline import die_with_parent

SLOTS = 2  # answers at a time; more wait in line
CONTEXT = 2048  # tokens of a chat; the model could take 8192, but reads 250 a second
THREADS = 2

# The engine's threads otherwise spin while they wait, and starve everything else on the machine.
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "1000"}


def main() -> None:
    """Serve until the parent is gone."""
    die_with_parent(signal.SIGKILL)  # elsewhere the end of the input must do
    told = json.loads(sys.stdin.readline())
    _, port = _serve(told["weights"], told["key"])
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()  # returns when the parent closes the pipe, or dies
    os._exit(0)  # the engine's own end waits for answers that nobody reads any more


def _serve(weights: str, key: str) -> tuple[object, int]:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""
    params.cors_credentials = False
    params.cors_origins_explicit = True
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = SLOTS
    params.n_ctx = SLOTS * CONTEXT
    params.n_batch = 512
    params.cpuparams.n_threads = THREADS
    params.cpuparams_batch.n_threads = THREADS
    params.cache_ram_mib = 16  # of old prompts; the default is 8 GB
    params.n_ctx_checkpoints = 0
    params.verbosity = 1
    params.offline = True
    server = xllamacpp.Server(params)
    return server, int(server.listening_address.rpartition(":")[2])


if __name__ == "__main__":
    main()
