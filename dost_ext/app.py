"""The server extension: `dost` on its own, or inside `jupyter lab`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.gateway.gateway_client import GatewayClient
from traitlets import Bool, Float, Unicode, default

from dost_ext import __version__
from dost_ext.auth.identity import (
    AccountIdentifier,
    DostIdentityProvider,
    LocalIdentifier,
    has_session_cookie,
)
from dost_ext.core import about, garbage
from dost_ext.core.errors import DostError, NotReady
from dost_ext.core.gateway import Gateway
from dost_ext.core.http import UnknownAddress
from dost_ext.core.lifeline import obey_environment
from dost_ext.core.openapi import document
from dost_ext.core.page import Site, page_routes
from dost_ext.execution.kernels import policy
from dost_ext.models.service import ModelOptions
from dost_ext.models.transport import Timeouts
from dost_ext.services import Options, Services
from dost_ext.standalone import StandaloneServer
from dost_ext.web.options import WebOptions, networks_of

API = "dost/api/v1"
# Seconds that a page waits for a server that starts; a first start takes about six.
PAGE_PATIENCE = 30.0


class DostApp(ExtensionApp):
    """The dost server extension."""

    name = "dost"
    description = """dost: chat with any model, in Jupyter and beside it.

    Starts the server and opens the page. Sub-commands: doctor, backup, restore, user, model,
    worker, version; each has --help.
    """
    examples = """\
dost                                     start, on http://localhost:8765/dost/
dost --port 8899 --no-browser            on another port
dost --database-url postgresql://…       with a PostgreSQL of your own
dost doctor                              check what dost needs
"""
    extension_url = "/dost/"
    load_other_extensions = False
    serverapp_class = StandaloneServer
    # Those whose options have a short name, too: the help looks them up.
    classes = [StandaloneServer, GatewayClient]
    aliases = {
        "port": "ServerApp.port",
        "ip": "ServerApp.ip",
        "base-url": "ServerApp.base_url",
        "database-url": "DostApp.database_url",
        "data-dir": "DostApp.data_dir",
        "gateway-url": "GatewayClient.url",
        "config": "ExtensionApp.config_file",
        "log-level": "ServerApp.log_level",
    }
    flags = {
        "no-browser": (
            {"DostApp": {"open_page": False}},
            "Do not open the page in a browser.",
        ),
        "fake-model": (
            {"DostApp": {"fake_model": True}},
            "Offer the scripted models fake/…, for tests and demonstrations.",
        ),
    }

    data_dir = Unicode(
        help="Where the embedded database and the secret key live. Environment: DOST_DATA_DIR."
    ).tag(config=True)
    database_url = Unicode(
        help="A PostgreSQL server to use instead of the embedded one, as "
        "postgresql://user:password@host/database. Environment: DOST_DATABASE_URL."
    ).tag(config=True)
    open_page = Bool(True, help="Open the page in a browser, where there is one.").tag(config=True)
    fake_model = Bool(help="Offer the scripted models fake/…. Environment: DOST_FAKE_MODEL=1.").tag(
        config=True
    )
    first_byte_timeout = Float(
        Timeouts().first_byte, help="Seconds that a model may take until it begins to answer."
    ).tag(config=True)
    silence_timeout = Float(
        Timeouts().silence, help="Seconds that a model may fall silent in the middle of an answer."
    ).tag(config=True)
    web_search = Unicode(
        help="What searches the web: searxng, brave, tavily, duckduckgo or off. Left out, it is "
        "the first of these for which there is an address or a key. Environment: DOST_WEB_SEARCH; "
        "the keys are DOST_BRAVE_API_KEY and DOST_TAVILY_API_KEY."
    ).tag(config=True)
    searxng_url = Unicode(
        help="The address of a SearXNG that gives JSON. Environment: DOST_SEARXNG_URL."
    ).tag(config=True)
    web_private = Unicode(
        help="Networks of your own whose pages may be read, as 10.1.0.0/16,192.168.7.4; without, "
        "only what is on the public internet. Environment: DOST_WEB_PRIVATE."
    ).tag(config=True)
    worker = Bool(
        True,
        help="Start a worker process for jobs. Without it, run `dost worker` somewhere.",
    ).tag(config=True)
    sandbox = Bool(
        True,
        help="Run code in a sandbox where the machine can have one. Without, code does what the "
        "server may do, and only administrators run it.",
    ).tag(config=True)
    cheap_passwords = Bool(
        help="Hash passwords in a millisecond. For tests only: it protects nothing. "
        "Environment: DOST_CHEAP_PASSWORDS=1."
    ).tag(config=True)

    exit_code = 0
    ready = False
    failure: DostError | None = None
    services: Services | None = None

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return os.environ.get("DOST_DATA_DIR") or str(Path(jupyter_data_dir()) / "dost")

    @default("database_url")
    def _default_database_url(self) -> str:
        return os.environ.get("DOST_DATABASE_URL", "")

    @default("fake_model")
    def _default_fake_model(self) -> bool:
        return _switched_on("DOST_FAKE_MODEL")

    @default("web_search")
    def _default_web_search(self) -> str:
        return os.environ.get("DOST_WEB_SEARCH", "")

    @default("searxng_url")
    def _default_searxng_url(self) -> str:
        return os.environ.get("DOST_SEARXNG_URL", "")

    @default("web_private")
    def _default_web_private(self) -> str:
        return os.environ.get("DOST_WEB_PRIVATE", "")

    @default("cheap_passwords")
    def _default_cheap_passwords(self) -> bool:
        return _switched_on("DOST_CHEAP_PASSWORDS")

    @property
    def mode(self) -> str:
        """`standalone` where dost signs people in, `local` where Jupyter does."""
        assert self.serverapp is not None
        ours = isinstance(self.serverapp.identity_provider, DostIdentityProvider)
        return "standalone" if ours else "local"

    def _against_sandbox(self) -> str | None:
        """Why kernels are in no sandbox of dost's; None where one is to be tried."""
        assert self.serverapp is not None
        if self.mode == "local":
            return policy.JUPYTERS
        if self.serverapp.gateway_config.gateway_enabled:
            return policy.ELSEWHERE
        return None if self.sandbox else policy.SWITCHED_OFF

    def options(self) -> Options:
        """The traits as the services take them."""
        data_dir = Path(self.data_dir).expanduser().resolve()
        return Options(
            data_dir=data_dir,
            database_url=self.database_url,
            cheap_passwords=self.cheap_passwords,
            worker=self.worker,
            models=ModelOptions(
                data_dir=data_dir,
                fake=self.fake_model,
                timeouts=Timeouts(first_byte=self.first_byte_timeout, silence=self.silence_timeout),
            ),
            web=WebOptions(
                engine=self.web_search.strip().lower(),
                searxng_url=self.searxng_url.strip(),
                brave_key=os.environ.get("DOST_BRAVE_API_KEY", ""),
                tavily_key=os.environ.get("DOST_TAVILY_API_KEY", ""),
                private=networks_of(self.web_private),
            ),
        )

    def initialize_settings(self) -> None:
        """Build the services and hand them to the handlers through the settings."""
        self._settled = asyncio.Event()
        try:
            self.services = Services(self.options())
        except DostError as error:
            self._fail(error)
            return
        assert self.serverapp is not None
        self.services.kernels.use(
            self.serverapp.kernel_manager,
            self.serverapp.kernel_spec_manager,
            ours=self.mode == "standalone",
            no_sandbox=self._against_sandbox(),
            at_gateway=Gateway() if self.serverapp.gateway_config.gateway_enabled else None,
        )
        if self.mode == "standalone":
            identifier: Any = AccountIdentifier(self.services.sessions)
        else:
            identifier = LocalIdentifier(self.services.accounts)
        self.settings.update(
            dost_identifier=identifier,
            dost_mode=self.mode,
            dost_streams=self.services.streams,
            dost_ready=self._demand_ready,
            dost_page_config=self._page_config,
        )

    def initialize_handlers(self) -> None:
        """The API's routes, then the page for every other address."""
        if self.services is None:
            return
        routes = [*self.services.routes(), *about.routes(self._state)]
        assert self.serverapp is not None
        self.serverapp.web_app.settings["dost_openapi"] = document(routes, __version__)
        self.handlers.extend((f"{API}/{r.pattern}", r.handler, r.services) for r in routes)
        self.handlers.append((r"dost/(?:api|v1)(?:/.*)?", UnknownAddress))
        self.handlers.extend(page_routes(Site()))

    def _state(self) -> about.State:
        if self.failure is not None:
            return "failed"
        return "ok" if self.ready else "starting"

    def _demand_ready(self) -> None:
        if not self.ready:
            raise self.failure or NotReady("dost is starting. Try again in a moment.")

    async def _page_config(self, handler: Any) -> dict[str, Any]:
        """What the page needs to know before its first request.

        A page that is asked for while the server starts waits for it: whether there is an account
        yet decides what it shows first.
        """
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), PAGE_PATIENCE)
        first_run, sign_up = False, "closed"
        if self.ready and self.mode == "standalone" and self.services is not None:
            # A database that is away does not take the page away, which says so itself.
            with contextlib.suppress(TimeoutError, NotReady):
                async with asyncio.timeout(PAGE_PATIENCE):
                    first_run = not await self.services.accounts.any_account()
                    sign_up = (await self.services.settings.get()).sign_up
        return {
            "mode": self.mode,
            "version": __version__,
            "first_run": first_run,
            "sign_up": sign_up,
            # Without a cookie the page need not ask who is signed in, only to be told: nobody.
            "signed_in": self.mode == "local" or has_session_cookie(handler),
            "xsrf_cookie": self.settings.get("xsrf_cookie_name", "_xsrf"),
        }

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Start the services; a standalone server that cannot says why and ends."""
        if self.services is None:
            return
        try:
            await self.services.start()
        except DostError as error:
            self._fail(error)
            return
        except Exception:
            self.log.exception("dost cannot start")
            self._fail(NotReady("something failed that dost did not foresee; the log has it."))
            return
        self.ready = True
        self._settled.set()
        if self.mode == "standalone":
            garbage.settle()
            self._announce()

    def _fail(self, error: DostError) -> None:
        assert self.serverapp is not None
        self.failure = error
        self._settled.set()
        if self.mode == "local":
            self.log.error("dost cannot start: %s", error.detail)
            return
        print(f"dost cannot start: {error.detail}", file=sys.stderr)  # noqa: T201
        type(self).exit_code = 1
        if self.services is None:
            sys.exit(1)
        self.serverapp.stop()

    def _announce(self) -> None:
        assert self.serverapp is not None
        url = f"{self.serverapp.local_url.partition('?')[0].rstrip('/')}/"
        print(  # noqa: T201
            f"\n  dost {__version__} is ready:  {url}\n  Data: {self.data_dir}   Stop: Ctrl+C\n",
            flush=True,
        )
        if self.open_page:
            threading.Thread(target=_open_browser, args=(url,), daemon=True).start()

    async def stop_extension(self) -> None:
        """End runs, children and the database."""
        self.ready = False
        if self.services is not None:
            began = time.monotonic()
            await self.services.stop()
            self.log.info("dost stopped in %.1f s", time.monotonic() - began)


def _switched_on(variable: str) -> bool:
    return os.environ.get(variable, "").lower() in ("1", "true", "yes", "on")


def _open_browser(url: str) -> None:
    with contextlib.suppress(webbrowser.Error):  # the address is printed all the same
        webbrowser.get().open(url, new=2)


def launch(argv: list[str]) -> None:
    """Run the standalone server until it is stopped."""
    garbage.hold()
    obey_environment()
    DostApp.launch_instance(argv)  # type: ignore[no-untyped-call]
    sys.exit(DostApp.exit_code)
