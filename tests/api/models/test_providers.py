"""Providers through the API: connected, changed, tested and shown without their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import psycopg
import pytest

from tests.support.client import Client

KEY = "sk-test-0123456789-abcdef"
_numbers = count(1)

MakeProvider = Callable[..., dict]


@pytest.fixture
def fake_url(admin: Client) -> str:
    """OpenAI's base URL of the fake model in the server under test."""
    items = admin.ok("GET", "providers")["items"]
    return next(p["base_url"] for p in items if p["name"] == "fake")


@pytest.fixture
def make_provider(admin: Client, fake_url: str) -> Iterator[MakeProvider]:
    """Connects providers to the fake model, and disconnects them at the test's end."""
    made: list[str] = []

    def make(**fields) -> dict:
        body = {"name": f"test{next(_numbers)}", "kind": "openai", "base_url": fake_url} | fields
        provider = admin.ok("POST", "providers", json=body)
        made.append(provider["id"])
        return provider

    yield make
    for provider_id in made:
        admin.delete(f"providers/{provider_id}")


def names_of(client: Client) -> set[str]:
    return {model["id"] for model in client.ok("GET", "models")["items"]}


def test_a_connected_provider_offers_its_models_to_everyone(make_provider, user):
    name = make_provider()["name"]
    assert {f"{name}/echo", f"{name}/lorem", f"{name}/script"} <= names_of(user)


def test_a_connected_provider_answers_chats(make_provider, user):
    name = make_provider()["name"]
    answer = user.ok(
        "POST", "chat", json={"content": "hi", "model": f"{name}/echo", "stream": False}
    )
    assert answer["message"]["content"] == "hi"


def test_a_new_provider_is_shown_without_its_key(make_provider, fake_url):
    provider = make_provider(name="shown", api_key=KEY)
    assert provider | {"id": ""} == {
        "id": "",
        "name": "shown",
        "kind": "openai",
        "base_url": fake_url,
        "enabled": True,
        "has_key": True,
        "source": "database",
        "models": [],
    }


def test_no_answer_ever_holds_the_key(make_provider, admin):
    provider_id = make_provider(api_key=KEY)["id"]
    for path in ("providers", f"providers/{provider_id}", "models"):
        assert KEY not in admin.get(path).text
    assert KEY not in admin.post(f"providers/{provider_id}/test").text
    assert (
        KEY not in admin.patch(f"providers/{provider_id}", json={"api_key": KEY, "kind": "?"}).text
    )


def test_the_key_is_encrypted_in_the_database(make_provider, worker_database):
    provider_id = make_provider(api_key=KEY)["id"]
    with psycopg.connect(worker_database) as connection:
        query = "select api_key from providers where id = %s"
        (stored,) = connection.execute(query, (provider_id,)).fetchone()
    assert KEY.encode() not in bytes(stored)


def test_the_key_reaches_the_provider(make_provider, user, fake):
    name = make_provider(api_key=KEY)["name"]
    user.ok("POST", "chat", json={"content": "hi", "model": f"{name}/echo", "stream": False})
    assert fake.requests()[-1]["headers"]["Authorization"] == f"Bearer {KEY}"


def test_declared_models_are_offered_without_asking(make_provider, user):
    name = make_provider(base_url="http://127.0.0.1:9/v1", models=["one", "two/three"])["name"]
    assert {f"{name}/one", f"{name}/two/three"} <= names_of(user)


def test_a_provider_that_is_switched_off_offers_nothing(make_provider, admin, user):
    provider = make_provider()
    admin.ok("PATCH", f"providers/{provider['id']}", json={"enabled": False})
    assert not any(name.startswith(f"{provider['name']}/") for name in names_of(user))
    body = {"content": "hi", "model": f"{provider['name']}/echo"}
    assert user.post("chat", json=body).json()["code"] == "model_not_found"


def test_a_change_keeps_what_it_does_not_name(make_provider, admin):
    provider = make_provider(api_key=KEY)
    changed = admin.ok("PATCH", f"providers/{provider['id']}", json={"name": "renamed"})
    assert changed == provider | {"name": "renamed"}


def test_a_key_does_not_follow_to_another_server(make_provider, admin, fake_url):
    provider = make_provider(api_key=KEY)
    path = f"providers/{provider['id']}"
    same_server = admin.ok("PATCH", path, json={"base_url": f"{fake_url}/v2"})
    another = admin.ok("PATCH", path, json={"base_url": "https://example.invalid/v1"})
    assert (same_server["has_key"], another["has_key"]) == (True, False)


def test_null_removes_a_key(make_provider, admin):
    provider = make_provider(api_key=KEY)
    changed = admin.ok("PATCH", f"providers/{provider['id']}", json={"api_key": None})
    assert changed["has_key"] is False


def test_a_deleted_provider_is_gone(make_provider, admin, user):
    provider = make_provider()
    assert admin.delete(f"providers/{provider['id']}").status_code == 204
    assert admin.get(f"providers/{provider['id']}").status_code == 404
    assert f"{provider['name']}/echo" not in names_of(user)


def test_a_name_is_taken_once(make_provider, admin, fake_url):
    body = {"name": make_provider()["name"], "kind": "openai", "base_url": fake_url}
    response = admin.post("providers", json=body)
    assert (response.status_code, response.json()["code"]) == (409, "provider_name_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "builtin"},
        {"name": "Upper"},
        {"name": "with/slash"},
        {"name": ""},
        {"kind": "nosuchkind"},
        {"kind": "builtin"},
        {"base_url": "ftp://example.invalid"},
        {"base_url": "http://user:password@example.invalid"},
        {"base_url": "http://example.invalid/?key=1"},
        {"base_url": "http://"},
        {"base_url": "http://[::1"},
        {"base_url": "http://exa mple.invalid"},
        {"base_url": "http://example.invalid:99999"},
        {"api_key": "two\nlines"},
        {"models": [""]},
        {"surprise": 1},
    ],
)
def test_what_makes_no_provider_is_refused(admin, wrong):
    body = {"name": "wrong", "kind": "openai", "base_url": "http://127.0.0.1:9/v1"} | wrong
    assert admin.post("providers", json=body).status_code == 422


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_is_dosts_own_cannot_be_changed(admin, method):
    ids = {p["name"]: p["id"] for p in admin.ok("GET", "providers")["items"]}
    response = admin.request(method, f"providers/{ids['fake']}", json={})
    assert (response.status_code, response.json()["code"]) == (409, "read_only")


def test_a_test_counts_the_models(make_provider, admin):
    provider = make_provider(name="counted")
    assert admin.ok("POST", f"providers/{provider['id']}/test") == {
        "ok": True,
        "detail": "counted answers and has 4 models.",
        "models": 4,
    }


def test_a_test_of_a_wrong_address_says_what_to_do(make_provider, admin, fake_url):
    root = fake_url.removesuffix("/v1")
    found = admin.ok("POST", f"providers/{make_provider(base_url=root)['id']}/test")
    assert found["ok"] is False
    assert found["detail"].endswith("Most such servers' addresses end in /v1.")


def test_a_test_of_a_server_that_does_not_run_says_so(make_provider, admin):
    provider = make_provider(base_url="http://127.0.0.1:9/v1")
    found = admin.ok("POST", f"providers/{provider['id']}/test")
    assert found["ok"] is False
    assert "refused the connection" in found["detail"]


def test_declared_models_are_tested_by_asking_one(make_provider, admin):
    provider = make_provider(models=["echo"])
    assert admin.ok("POST", f"providers/{provider['id']}/test")["ok"] is True


def test_ollama_is_spoken_to_in_its_own_way(make_provider, user, fake, fake_url):
    name = make_provider(kind="ollama", base_url=fake_url.removesuffix("/v1"))["name"]
    model = f"{name}/echo:latest"
    assert model in names_of(user)
    answer = user.ok("POST", "chat", json={"content": "hi", "model": model, "stream": False})
    assert answer["message"]["content"] == "hi"
    assert fake.requests()[-1]["path"] == "/api/chat"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_providers_are_the_admins_alone(user, method):
    assert user.request(method, "providers", json={}).status_code == 403


def test_a_strangers_id_is_a_404(admin):
    for provider_id in ("nonsense", "00000000-0000-7000-8000-000000000000"):
        assert admin.get(f"providers/{provider_id}").status_code == 404
        assert admin.patch(f"providers/{provider_id}", json={}).status_code == 404
        assert admin.delete(f"providers/{provider_id}").status_code == 404
        assert admin.post(f"providers/{provider_id}/test").status_code == 404
