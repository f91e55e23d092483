"""A kernel for Bash, so that tests have one whose language is not Python.

Each piece of code has a shell of its own. `python shell_kernel.py -f FILE` is the kernel.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class ShellKernel(Kernel):
    """The kernel."""

    implementation = "shell"
    implementation_version = "1"
    banner = "Bash"
    language_info: ClassVar[dict[str, Any]] = {
        "name": "bash",
        "mimetype": "text/x-sh",
        "file_extension": ".sh",
    }

    def do_execute(self, code: str, silent: bool, *_: Any, **__: Any) -> dict[str, Any]:
        """Run code; what does not succeed is an error."""
        done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False)
        for name, text in (("stdout", done.stdout), ("stderr", done.stderr)):
            if text and not silent:
                content = {"name": name, "text": text}
                self.send_response(self.iopub_socket, "stream", content)
        reply: dict[str, Any] = {"execution_count": self.execution_count}
        if done.returncode:
            error = {"ename": "Status", "evalue": str(done.returncode), "traceback": []}
            self.send_response(self.iopub_socket, "error", error)
            return {**reply, **error, "status": "error"}
        return {**reply, "status": "ok", "payload": [], "user_expressions": {}}


def install(directory: Path, name: str) -> dict[str, str]:
    """Make it a kernelspec below a directory of JUPYTER_PATH; what notebooks say of it."""
    spec = {
        "argv": [sys.executable, __file__, "-f", "{connection_file}"],
        "display_name": "Bash of the tests",
        "language": "bash",
    }
    place = directory / "kernels" / name
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps(spec))
    return {"name": name, "display_name": "Bash of the tests", "language": "bash"}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=ShellKernel)
