"""One page among fifty that look alike: the passage that is asked for, and its page."""

from __future__ import annotations

from tests.api.rag.conftest import Ask, SendAndRead
from tests.support.stations import PAGES, asked, stations_pdf


def test_each_of_25_codes_is_in_the_first_three_passages(read: SendAndRead, ask: Ask) -> None:
    document = read("stations.pdf", stations_pdf())
    assert (document["status"], document["pages"], document["chunks"]) == ("ready", PAGES, PAGES)
    found = {}
    for question, code, page in asked():
        passages = ask(question, k=3)
        found[question] = (code, page) in [
            (code if code in passage["text"] else "", passage["page"]) for passage in passages
        ]
    assert found == dict.fromkeys(found, True)
    assert len(found) == 25
