"""Documents of the API: what a server says about its own calls."""

import httpx
import pytest

pytestmark = pytest.mark.depends_on()


def test_a_server_describes_its_api(http: httpx.Client) -> None:
    answer = http.get("/openapi.json")
    assert answer.status_code == 200
    assert "/api/rooms/{room}/messages" in answer.json()["paths"]
    page = http.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
