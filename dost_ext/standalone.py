"""The Jupyter Server of standalone dost: none of Jupyter's own services, and dost's accounts."""

from __future__ import annotations

import logging
import signal
import tempfile
from functools import partial
from typing import Any

from jupyter_server.base.handlers import RedirectWithParams, Template404, TrailingSlashHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.web import RequestHandler
from traitlets import default

from dost_ext.core.http import BODY_LIMIT

# Jupyter adds addresses that ask only whether one is signed in: /files/… hands out whatever lies
# in the working directory, /metrics tells of everybody. Nothing but these stays.
KEPT = (RedirectWithParams, TrailingSlashHandler, Template404)

log = logging.getLogger("dost")

DEFAULT_PORT = 8765
# With tornado's 128, the rest of a burst of 200 connections waits a second for a lost SYN.
BACKLOG = 1024


def log_failed_request(handler: RequestHandler) -> None:
    """Log a request that ended in a server error other than an upstream's."""
    if handler.get_status() >= 500 and handler.get_status() not in (502, 503):
        log.error("%d %s %s", handler.get_status(), handler.request.method, handler.request.path)


class StandaloneServer(ServerApp):
    """A server where many people share one process.

    Jupyter's contents, kernels and terminals are absent: they know no owners, so whoever reached
    one would reach everyone's. dost has routes of its own for what it needs.
    """

    name = "dost"
    answer_yes = True
    allow_root = True  # without a sandbox, only administrators run code in the server's name
    default_services = ("auth", "security")  # type: ignore[assignment]
    no_browser_open_file = True
    reraise_server_extension_failures = True  # without dost there is nothing to serve
    # A body is held whole before anyone asks whose it is. What is little too large gets a problem
    # document (413), what is far too large a closed connection; Jupyter would hold half a gigabyte.
    max_body_size = 2 * BODY_LIMIT
    max_buffer_size = 2 * BODY_LIMIT

    @default("port")
    def _default_port(self) -> int:
        return DEFAULT_PORT

    @default("identity_provider_class")
    def _default_identity_provider_class(self) -> Any:
        from dost_ext.auth.identity import DostIdentityProvider

        return DostIdentityProvider

    @default("default_url")
    def _default_default_url(self) -> str:
        return "/dost/"

    @default("allow_unauthenticated_access")
    def _default_allow_unauthenticated_access(self) -> bool:
        return False

    @default("log_level")
    def _quiet(self) -> int:
        return 30  # warnings; what a person should see is printed by DostApp

    def init_configurables(self) -> None:
        """Speak to kernels by sockets that only this account may open.

        A free port is free until somebody else takes it, and open to everyone on the machine.
        """
        self.config.KernelManager.setdefault("transport", "ipc")
        # Which starts kernels without a sandbox too, where none is asked for.
        self.config.KernelProvisionerFactory.setdefault("default_provisioner_name", "dost-sandbox")
        super().init_configurables()
        # The path of a socket is short: Linux takes 107 bytes.
        self._sockets = tempfile.TemporaryDirectory(prefix="dost-", ignore_cleanup_errors=True)
        if hasattr(self.kernel_manager, "connection_dir"):  # a gateway has its kernels elsewhere
            self.kernel_manager.connection_dir = self._sockets.name

    def init_webapp(self) -> None:
        """Log only requests that failed on our side; keep none of Jupyter's own addresses."""
        self.tornado_settings.setdefault("log_function", log_failed_request)
        self.tornado_settings.setdefault("login_url", url_path_join(self.base_url, "dost/login"))
        super().init_webapp()
        router = self.web_app.wildcard_router
        router.rules = [rule for rule in router.rules if rule.target in KEPT]

    def _find_http_port(self) -> None:
        wanted = self.port
        super()._find_http_port()
        if wanted not in (0, self.port):
            print(f"Port {wanted} is in use; dost takes {self.port}.")  # noqa: T201

    def _bind_http_server_tcp(self) -> bool:
        listen = self.http_server.listen
        self.http_server.listen = partial(listen, backlog=BACKLOG)  # type: ignore[method-assign]
        return super()._bind_http_server_tcp()

    def init_signal(self) -> None:
        """One Ctrl+C stops; so does the terminal's end."""
        super().init_signal()
        signal.signal(signal.SIGINT, self._signal_stop)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._signal_stop)

    def _signal_stop(self, sig: Any, frame: Any) -> None:
        if not getattr(self, "_stopping", False):
            self.stop(from_signal=True)

    def launch_browser(self) -> None:
        """DostApp opens the browser, once dost answers."""

    def running_server_info(self, kernel_count: bool = True) -> str:
        """Nothing: there are no kernels of Jupyter's here."""
        return ""
