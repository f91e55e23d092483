"""The frames in which code of others runs: their policies, and that there is no way round them."""

from __future__ import annotations

import pytest

from tests.support.client import Client
from tests.support.dost_server import DostServer

FRAMES = ["widgets/frame", "artifact/frame"]


def directives(client: Client, address: str) -> dict[str, str]:
    """The policy that comes with a frame."""
    policy = client.get(address).raise_for_status().headers["content-security-policy"]
    parts = [part.strip().partition(" ") for part in policy.split(";")]
    return {name: value for name, _, value in parts}


@pytest.fixture
def site(anonymous: Client, server: DostServer) -> Client:
    """Somebody who knows where the page is."""
    anonymous.base_url = server.url
    return anonymous


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_has_no_origin_no_network_and_no_way_out(site: Client, frame: str) -> None:
    policy = directives(site, frame)
    assert "allow-scripts" in policy["sandbox"]
    for right in ("allow-same-origin", "allow-top-navigation", "allow-popups"):
        assert right not in policy["sandbox"]
    for directive in ("default-src", "connect-src", "form-action", "base-uri"):
        assert policy[directive] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    loaded = " ".join(value for name, value in policy.items() if name.endswith("-src"))
    origin = str(site.base_url).removesuffix("/dost/")
    assert {word for word in loaded.split() if ":/" in word} <= {f"{origin}/dost/assets/"}


@pytest.mark.parametrize(
    ("frame", "reachable"), [("widgets/frame", "(response-origin)"), ("artifact/frame", "()")]
)
def test_browsers_that_can_connect_a_frame_to_nothing_else(
    site: Client, frame: str, reachable: str
) -> None:
    assert site.get(frame).headers["connection-allowlist"] == reachable


def test_no_frame_inside_a_widgets_frame_runs_scripts(site: Client) -> None:
    scripts = directives(site, "widgets/frame")["script-src"].split()
    assert {word for word in scripts if ":/" not in word} == {"blob:"}


def test_markup_in_an_artifact_goes_by_the_one_policy_of_its_frame(site: Client) -> None:
    policy = directives(site, "artifact/frame")
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "default"


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_is_nobodys(site: Client, frame: str) -> None:
    response = site.get(frame)
    assert "set-cookie" not in response.headers
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["widgets.html", "artifact.html", "assets/../widgets.html"])
def test_a_frame_is_not_to_be_had_without_its_policy(site: Client, name: str) -> None:
    policy = site.get(name).headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; script-src 'self';")  # the page, not the frame


def test_files_of_the_build_are_for_frames_without_an_origin_too(site: Client) -> None:
    document = site.get("widgets/frame").text
    script = document.partition('src="/dost/')[2].partition('"')[0]
    response = site.get(script, headers={"Origin": "null"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in response.headers
