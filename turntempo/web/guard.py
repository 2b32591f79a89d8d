"""Which requests are answered: an aiohttp middleware in front of textual-serve, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from stages.i18n import Language, Said, say, translate
from turntempo.web.access import Access

APP_COOKIE, DOWNLOAD_COOKIE = "turntempo", "turntempo-download"

ENTER, LAUNCH, DOWNLOAD = "/", "/launch", "/download"
"""The paths outside of the app: for the printed address, for the one that the command opens, for files handed out."""

OWN_PAGES = ("same-origin", "none")
"""Values of Sec-Fetch-Site: a page of the app itself, or the person (an address typed or opened from outside)."""


class Refused(Exception):
    """A request that is not answered, with the HTTP status and the reason."""

    def __init__(self, why: Said, status: int = 403) -> None:
        super().__init__(why)
        self.why, self.status = why, status


@dataclass(frozen=True)
class Site:
    """Where the app is served."""

    host: str
    """As a browser writes it into Host: 127.0.0.1:8000."""
    prefix: str
    """The path of the app, made at random. Its cookie is sent below it alone: a cookie knows no port, so a page that
    another user serves from another port could ask for it otherwise."""

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def home(self) -> str:
        return f"{self.prefix}/"

    @property
    def socket(self) -> str:
        return f"{self.prefix}/ws"

    def headers(self) -> dict[str, str]:
        """The headers of every answer: nothing from other hosts, in no frame, kept nowhere, told to nobody."""
        rules = {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self' 'unsafe-inline'",  # the terminal writes its colours and cell sizes into the page
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": f"'self' ws://{self.host}",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        return {
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Server": "turntempo",
        }


def check(request: web.Request, site: Site, access: Access) -> None:
    """Raises Refused for whatever did not come from a browser that was let in, and from the app's own pages there."""
    if request.method not in ("GET", "HEAD"):
        raise Refused(say("web.method"), 405)
    if _all(request, "Host") != [site.host]:
        raise Refused(say("web.host", host=site.host))
    origins = _all(request, "Origin")
    is_socket = request.path == site.socket
    if origins != [site.origin] and (origins or is_socket):
        raise Refused(say("web.origin"))
    own = OWN_PAGES[:1] if is_socket else OWN_PAGES
    if request.path != LAUNCH and any(value not in own for value in _all(request, "Sec-Fetch-Site")):
        raise Refused(say("web.site"))
    if request.path not in (ENTER, LAUNCH) and not _let_in(request, site, access):
        raise Refused(say("web.cookie"))


def guard(site: Site, access: Access, let_in: Callable[[web.Request], None], language: Language) -> Middleware:
    """The middleware; its refusals are in this language. `let_in` gets each request that was let in."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            check(request, site, access)
        except Refused as refused:
            return refusal(translate(refused.why, language), refused.status)
        let_in(request)
        return await handler(request)

    return guarded


def refusal(why: str, status: int = 403) -> web.Response:
    """An answer with the reason; the connection is closed after it."""
    answer = web.Response(text=f"{why}\n", status=status)
    answer.force_close()
    return answer


def _let_in(request: web.Request, site: Site, access: Access) -> bool:
    """Whether the cookie for this path is one of ours."""
    if request.path.startswith(f"{DOWNLOAD}/"):
        return access.admits_download(request.cookies.get(DOWNLOAD_COOKIE, ""))
    return request.path.startswith(site.home) and access.admits(request.cookies.get(APP_COOKIE, ""))


def _all(request: web.Request, header: str) -> list[str]:
    """Every value of a header, which may stand there twice."""
    return request.headers.getall(header, [])
