"""The web app to a raw client, as another user of this machine or a page of another site is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.turntempo.web.clients import ask, cookie_line, enter, open_socket, origin, path_of, serving
from turntempo.web.server import Loopback

STATIC = "static/js/textual.js"


def paths_of(server: Loopback) -> list[str]:
    """The page, a static file, the list of static files, the socket, a download, and a path that is not there."""
    home = server.site.home
    return [home, home + STATIC, f"{home}static/", server.site.socket, "/download/00", "/", "/ws", "/static/js/x", "/x"]


async def test_without_a_cookie_nothing_is_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        found = {path: (await ask(server, path, origin(server))).status for path in paths_of(server)}
    assert found == dict.fromkeys(found, 403)


async def test_a_wrong_cookie_opens_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        mine = await enter(server)
        forged = "Cookie: turntempo=guess; turntempo-download=guess"
        swapped = mine.replace("turntempo=", "x=").replace("turntempo-download=", "turntempo=")
        found = {
            (path, cookie): (await ask(server, path, origin(server), cookie)).status
            for path in paths_of(server)
            for cookie in (forged, "Cookie: turntempo=\xff", "Cookie: ")
        }
        exchanged = await ask(server, server.site.home, swapped)
    assert found == dict.fromkeys(found, 403)
    assert exchanged.status == 403


async def test_a_token_is_exchanged_for_cookies_that_open_page_files_and_socket(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        entered = await ask(server, path_of(server.address()))
        cookie = cookie_line(entered)
        page = await ask(server, entered.headers["location"], cookie)
        script = await ask(server, server.site.home + STATIC, cookie)
        socket = await open_socket(server, cookie, origin(server))
        started = await socket.until(b"started")
        socket.send(b'["stdin", "hello"]')
        heard = await socket.until(b"got hello")
        socket.close()
    assert (entered.status, page.status, script.status, socket.answer.status) == (303, 200, 200, 101)
    assert f"ws://{server.site.host}{server.site.socket}" in page.body
    assert (started, heard) == (True, True)


async def test_a_token_opens_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        path = path_of(server.address())
        found = [(await ask(server, path)).status for _ in range(3)]
        again = await ask(server, path)
    assert found == [303, 403, 403]
    assert again.cookies == {}
    assert "has been used" in again.body


@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=guess", "/launch?token=guess", "/?token=%ff%00", "/?toke=x"]
)
async def test_a_wrong_token_opens_nothing(tmp_path: Path, path: str) -> None:
    async with serving(tmp_path) as server:
        server.address()
        found = await ask(server, path)
    assert (found.status, found.cookies) == (403, {})


async def test_a_look_at_the_head_of_an_address_does_not_spend_its_token(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        path = path_of(server.address())
        looked = await ask(server, path, method="HEAD")
        entered = await ask(server, path)
    assert (looked.status, entered.status) == (403, 303)


async def test_an_old_token_of_a_launch_opens_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        found = await ask(server, path_of(server.address("/launch", lasts_s=-1.0)))
    assert (found.status, found.cookies) == (403, {})


async def test_cookies_are_strict_hidden_from_scripts_and_bound_to_a_path_no_one_knows(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, serving(tmp_path) as other:
        answer = await ask(server, path_of(server.address()))
        home, elsewhere = server.site.home, other.site.home
    last = answer.headers["set-cookie"]  # of the two that were set
    assert {part.strip().lower() for part in last.split(";")[1:]} == {"httponly", "samesite=strict", "path=/download/"}
    assert set(answer.cookies) == {"turntempo", "turntempo-download"}
    assert len(home) > 20
    assert home != elsewhere


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "rebound.example:{port}", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""],
)
async def test_another_host_is_refused_with_every_secret_right(tmp_path: Path, host: str) -> None:
    async with serving(tmp_path) as server:
        cookie = await enter(server)
        named = host.format(port=server.port)
        page = await ask(server, server.site.home, cookie, host=named)
        token = await ask(server, path_of(server.address()), host=named)
    assert (page.status, token.status) == (403, 403)


async def test_two_hosts_in_one_request_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        found = await ask(server, server.site.home, await enter(server), "Host: rebound.example")
    assert found.status in (400, 403)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Origin: http://evil.example",),
        ("Origin: null",),
        ("Origin: http://localhost:{port}",),
        ("Origin: https://127.0.0.1:{port}",),
        ("Origin: http://127.0.0.1:1",),
        ("Origin: http://127.0.0.1:{port}", "Origin: http://evil.example"),
        ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: cross-site"),
        ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-site"),
        ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: none"),
    ],
)
async def test_the_socket_wants_the_origin_of_the_page(tmp_path: Path, lines: tuple[str, ...]) -> None:
    async with serving(tmp_path) as server:
        cookie = await enter(server)
        socket = await open_socket(server, cookie, *(line.format(port=server.port) for line in lines))
        socket.close()
        sessions = len(server._sockets)
    assert (socket.answer.status, sessions) == (403, 0)


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_page_of_another_origin_is_refused_everywhere(tmp_path: Path, origin: str) -> None:
    async with serving(tmp_path) as server:
        cookie = await enter(server)
        paths = [server.site.home, server.site.home + STATIC, path_of(server.address()), "/download/00"]
        found = [(await ask(server, path, cookie, f"Origin: {origin}")).status for path in paths]
    assert found == [403] * 4


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
async def test_a_link_of_another_site_is_refused_and_spends_no_token(tmp_path: Path, site: str) -> None:
    async with serving(tmp_path) as server:
        cookie, token = await enter(server), path_of(server.address())
        paths = [server.site.home, server.site.home + STATIC, token, "/download/00"]
        found = [(await ask(server, path, cookie, f"Sec-Fetch-Site: {site}")).status for path in paths]
        typed = await ask(server, token, "Sec-Fetch-Site: none")
    assert found == [403] * 4
    assert typed.status == 303


async def test_the_file_that_opens_a_browser_may_lead_to_its_own_address_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        launch = path_of(server.address("/launch", lasts_s=60.0))
        entered = await ask(server, launch, "Sec-Fetch-Site: cross-site")
        again = await ask(server, launch, "Sec-Fetch-Site: cross-site")
        page = await ask(server, server.site.home, cookie_line(entered), "Sec-Fetch-Site: same-origin")
    assert (entered.status, again.status, page.status) == (200, 403, 200)
    assert f"url={server.site.home}" in entered.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_other_methods_are_refused(tmp_path: Path, method: str) -> None:
    async with serving(tmp_path) as server:
        found = await ask(server, server.site.home, await enter(server), method=method)
    assert found.status == 405


async def test_every_answer_forbids_frames_other_hosts_guesses_and_referrers(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cookie = await enter(server)
        answers = [
            await ask(server, path_of(server.address())),
            await ask(server, server.site.home, cookie),
            await ask(server, server.site.home + STATIC, cookie),
            await ask(server, server.site.home + "not-there", cookie),
            await ask(server, "/download/00", cookie),
            await ask(server, "/"),
        ]
    assert [one.status for one in answers] == [303, 200, 200, 404, 404, 403]
    for one in answers:
        policy = one.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["referrer-policy"] == "no-referrer"
        assert one.headers["cache-control"] == "no-store"
        assert "aiohttp" not in one.headers["server"]


async def test_the_page_has_no_script_of_its_own_and_names_no_other_host(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        page = await ask(server, server.site.home, await enter(server))
    addresses = [part.split('"')[0] for part in page.body.split("http")[1:]]
    assert page.body.count("<script") == 1
    assert "onclick" not in page.body.lower()
    assert [one for one in addresses if server.site.host not in one] == []
