"""Providers from environment variables."""

import pytest

from dost_ext.models.environment import ollama_address, providers_in


def found(**environ):
    return {p.name: (p.address, p.api_key) for p in providers_in(environ)}


def test_no_variable_means_no_provider():
    assert found(PATH="/bin", OPENAI_API_KEY=" ") == {}


def test_a_key_in_its_usual_variable_is_a_provider():
    assert found(OPENAI_API_KEY="a", GROQ_API_KEY="b", GEMINI_API_KEY="c") == {
        "openai": ("https://api.openai.com/v1", "a"),
        "groq": ("https://api.groq.com/openai/v1", "b"),
        "gemini": ("https://generativelanguage.googleapis.com", "c"),
    }


def test_an_address_alone_is_a_provider_without_a_key():
    assert found(OPENAI_BASE_URL="http://127.0.0.1:8000/v1/") == {
        "openai": ("http://127.0.0.1:8000/v1", None)
    }


def test_an_address_alone_makes_no_anthropic():
    assert found(ANTHROPIC_BASE_URL="http://127.0.0.1:1") == {}


def test_a_provider_shows_its_key_nowhere():
    (provider,) = providers_in({"OPENAI_API_KEY": "sk-secret"})
    assert "sk-secret" not in repr(provider)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("gpu.local", "http://gpu.local:11434"),
        ("gpu.local:1", "http://gpu.local:1"),
        ("http://gpu.local", "http://gpu.local:80"),
        ("https://gpu.local/", "https://gpu.local:443"),
        ("https://gpu.local:1", "https://gpu.local:1"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("[::]", "http://127.0.0.1:11434"),
        ("nonsense:port", "http://127.0.0.1:11434"),
    ],
)
def test_ollamas_host_is_read_as_ollama_reads_it(host, address):
    assert ollama_address(host) == address
