"""Serves the built page and panel: the shell with its configuration, and the hashed assets."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import orjson
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RequestHandler

STATIC = Path(__file__).parent.parent / "static"
CONFIG_MARK = '<script type="application/json" id="dost-config">{}</script>'
PAGE_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    ]
)
# Code that is anybody's runs in frames: without an origin, and with nowhere to send to.
NOWHERE = [
    "default-src 'none'",
    "img-src data: blob:",
    "media-src data: blob:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
]
# Widgets, whose code comes from a kernel, have Jupyter's own libraries around them.
WIDGET_POLICY = "; ".join(
    [
        "sandbox allow-scripts allow-forms allow-modals allow-downloads",
        *NOWHERE,
        "script-src {assets} blob:",  # a frame inside has neither: it would have WebRTC anew
        "style-src {assets} 'unsafe-inline'",
        "font-src {assets} data:",
    ]
)
# Artifacts, which models write, have nothing but themselves.
ARTIFACT_POLICY = "; ".join(
    [
        "sandbox allow-scripts allow-forms allow-modals",
        *NOWHERE,
        "script-src 'unsafe-inline' 'unsafe-eval' blob: data:",
        "style-src 'unsafe-inline'",
        "font-src data:",
        # One policy of markup, which is the frame's own: see `seal` in it.
        "require-trusted-types-for 'script'",
        "trusted-types default",
    ]
)
NOT_BUILT = (
    "<!doctype html><title>dost</title><p>The page has not been built yet. "
    "Run <code>make build</code> in the checkout, then reload."
)
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True)
class Site:
    """The files of one front-end build."""

    root: Path = STATIC

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file of the build, by its path below the root. Nothing else is ever served."""
        if not self.root.is_dir():
            return frozenset()
        found = (p for p in self.root.rglob("*") if p.is_file())
        return frozenset(p.relative_to(self.root).as_posix() for p in found)

    @cached_property
    def shell(self) -> str | None:
        """The page's HTML as it was built."""
        return self._document("index.html")

    def frame(self, name: str) -> str | None:
        """The HTML of a frame, `widgets` or `artifact`, as it was built."""
        return self._document(f"{name}.html")

    def _document(self, name: str) -> str | None:
        path = self.root / name
        return path.read_text() if path.is_file() else None

    @cached_property
    def panel(self) -> str | None:
        """The hashed name of the panel's entry."""
        manifest = self.root / ".vite" / "manifest.json"
        if not manifest.is_file():
            return None
        entries: dict[str, dict[str, str]] = orjson.loads(manifest.read_bytes())
        return entries.get("src/panel.ts", {}).get("file")

    def page(self, base: str, config: dict[str, Any]) -> str:
        """The page's HTML for one base path, with its configuration filled in."""
        if self.shell is None:
            return NOT_BUILT
        filled = orjson.dumps(config).decode().replace("<", "\\u003c")
        return _at(self.shell, base).replace(CONFIG_MARK, CONFIG_MARK.replace("{}", filled))


def _at(document: str, base: str) -> str:
    """The document with its files where they are."""
    return document.replace('="./', f'="{base}')


class SiteHandler(JupyterHandler):
    """What the page's handlers share."""

    def initialize(self, site: Site) -> None:
        """Take the build."""
        self.site = site

    def data_received(self, chunk: bytes) -> None:
        """Nothing is posted here."""

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """A missing page is no news."""
        if not isinstance(value, HTTPError) or value.status_code >= 500:
            super().log_exception(typ, value, tb)


class PageHandler(SiteHandler):
    """The page, at whatever address of its own."""

    @property
    def content_security_policy(self) -> str:
        """Scripts from this origin only, and nothing from any other."""
        return PAGE_POLICY

    @allow_unauthenticated
    async def get(self, path: str = "") -> None:
        """Send the shell; what the user may see is the API's to say."""
        config = await self.settings["dost_page_config"](self)
        shared = path.startswith("share/")  # by a link that works for anyone
        if shared:
            self.set_header("X-Robots-Tag", "noindex")
        if config["mode"] == "local" and self.current_user is None and not shared:
            self.redirect(f"{self.settings['login_url']}?next={self.request.uri}")
            return
        _ = self.xsrf_token  # sets the cookie that unsafe requests must repeat
        base = f"{self.base_url}dost/"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(self.site.page(base, {"base_url": base, **config}))


class ShellHandler(SiteHandler):
    """The page as a browser keeps it for the time without a server: about nobody in particular."""

    content_security_policy = PAGE_POLICY

    @allow_unauthenticated
    def get(self) -> None:
        """Send the shell; it knows that nobody was asked who is signed in."""
        config = {
            "base_url": f"{self.base_url}dost/",
            "mode": self.settings["dost_mode"],
            "xsrf_cookie": self.settings.get("xsrf_cookie_name", "_xsrf"),
            "sign_up": "closed",
            "offline": True,
        }
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(self.site.page(config["base_url"], config))


class FrameHandler(SiteHandler):
    """A frame for code that is anybody's; it knows nothing of who looks at it."""

    name: ClassVar[str]
    policy: ClassVar[str]
    # To what it may connect at all. This governs WebRTC, and where it leads itself, too.
    reachable: ClassVar[str]

    @property
    def content_security_policy(self) -> str:
        """What the code may load."""
        assets = f"{self.request.protocol}://{self.request.host}{self.base_url}dost/assets/"
        return self.policy.format(assets=assets)

    @allow_unauthenticated
    def get(self) -> None:
        """Send the frame."""
        document = self.site.frame(self.name)
        if document is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Connection-Allowlist", self.reachable)
        self.finish(_at(document, f"{self.base_url}dost/"))


class WidgetFrameHandler(FrameHandler):
    """The frame of a widget."""

    name = "widgets"
    policy = WIDGET_POLICY
    reachable = "(response-origin)"


class ArtifactFrameHandler(FrameHandler):
    """The frame of an artifact."""

    name = "artifact"
    policy = ARTIFACT_POLICY
    reachable = "()"


class SlashHandler(SiteHandler):
    """The page's address without its slash."""

    @allow_unauthenticated
    def get(self) -> None:
        """Go to the page."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"{self.base_url}dost/{query}", permanent=False)


class PanelHandler(SiteHandler):
    """The panel's entry under a name that never changes."""

    @allow_unauthenticated
    def get(self) -> None:
        """Re-export the panel of this build."""
        if self.site.panel is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(f'export * from "./{self.site.panel}";\n')


class AssetHandler(RequestHandler):
    """A file of the build, compressed beforehand. Hashed names are kept for good."""

    def initialize(self, site: Site, folder: str = "") -> None:
        """Take the build; `folder` is what the address leaves out."""
        self.site = site
        self.folder = folder

    @allow_unauthenticated
    def get(self, path: str) -> None:
        """Send the file in the best encoding the browser takes."""
        name = f"{self.folder}{path}"
        if name not in self.site.files:
            raise HTTPError(404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml"):
            kind += "; charset=utf-8"
        self.set_header("Content-Type", kind)
        self.set_header("X-Content-Type-Options", "nosniff")
        # The frame of widgets has no origin of its own, and these are nobody's secrets.
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Vary", "Accept-Encoding")
        hashed = name.startswith("assets/")
        self.set_header(
            "Cache-Control", "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        accepted = self.request.headers.get("Accept-Encoding", "")
        for encoding, suffix in ENCODINGS:
            if encoding in accepted and name + suffix in self.site.files:
                self.set_header("Content-Encoding", encoding)
                name += suffix
                break
        self.finish((self.site.root / name).read_bytes())

    @allow_unauthenticated
    def head(self, path: str) -> None:
        """The headers alone."""
        self.get(path)

    def data_received(self, chunk: bytes) -> None:
        """Nothing is posted here."""


def page_routes(site: Site) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """The addresses of the page; they come after the API's."""
    plain = "|".join(
        sorted(
            name.replace(".", r"\.")
            for name in site.files
            if "/" not in name and not name.endswith(".html") and not name.endswith((".br", ".gz"))
        )
    )
    of_site = {"site": site}
    routes: list[tuple[str, type[RequestHandler], dict[str, Any]]] = [
        (r"dost", SlashHandler, of_site),
        (r"dost/panel\.js", PanelHandler, of_site),
        (r"dost/offline", ShellHandler, of_site),
        (r"dost/widgets/frame", WidgetFrameHandler, of_site),
        (r"dost/artifact/frame", ArtifactFrameHandler, of_site),
        (r"dost/assets/(.*)", AssetHandler, {"site": site, "folder": "assets/"}),
        (r"dost/(.*)", PageHandler, of_site),
    ]
    if plain:
        routes.insert(len(routes) - 2, (rf"dost/({plain})", AssetHandler, of_site))
    return routes
