"""Input from outside never runs and never breaks the page, with or without the policy."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import Chats, Person, performance
from tests.browser.hostile import NAMES, PAYLOADS, WATCH, Watch, reads_onward
from tests.browser.scripted_server import SERVER, ScriptedServer
from tests.browser.stage import Stage
from tests.browser.test_nothing_missing import File, picture
from tests.conformance.room import Member

BACKENDS = ("django-channels", "fastapi")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='ran(1)'><script>ran(1)</script></svg>"
NARROW = ViewportSize(width=360, height=640)

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]
OnStage = Callable[..., tuple[Person, ScriptedServer, Watch]]
POLICY = pytest.param(False, id="policy")
NO_POLICY = pytest.param(True, id="no-policy")
both_ways = pytest.mark.parametrize("bypass_csp", [POLICY, NO_POLICY])
"""The policy is the second barrier. Without it, the tests find what only the policy stops."""
without_policy = pytest.mark.parametrize(
    "bypass_csp",
    [
        # What the policy stops would run without it; that it says what it stopped is asked below.
        pytest.param(False, id="policy", marks=pytest.mark.all_arms),
        NO_POLICY,
    ],
)


@pytest.fixture(scope="module")
def narrow_stages(browser: Browser, chats: Chats) -> Iterator[dict[bool, Stage]]:
    """The pages of `on_stage` with the policy and, by `True`, without it."""
    origin = chats.origins["fastapi"]
    stages = {
        bypass: Stage(browser, origin, before_loads=WATCH, bypass_csp=bypass)
        for bypass in (False, True)
    }
    yield stages
    for stage in stages.values():
        stage.leave()


@pytest.fixture
def on_stage(
    narrow_stages: dict[bool, Stage], bypass_csp: bool, request: pytest.FixtureRequest
) -> Iterator[OnStage]:
    """A user in a room of the scripted server, without or with the policy."""
    with performance(narrow_stages[bypass_csp], request) as come:

        def watched(**welcome: object) -> tuple[Person, ScriptedServer, Watch]:
            ann, server = come(NARROW, **welcome)
            ann.page.evaluate("() => { window.harm = []; }")
            return ann, server, Watch(ann.page)

        yield watched


@both_ways
def test_names_and_messages(on_stage: OnStage) -> None:
    """The page shows members, authors, typing, arrivals, departures and messages as text only."""
    members = ["Ann", *NAMES]
    ann, server, watch = on_stage(members=members, count=len(members))
    expect(ann.page.locator("#people li bdi")).to_have_text(members)
    for name in NAMES:
        server.send("joined", user=name, count=len(members))
        server.say(name, name)
        server.send("typing", user=name)
        server.send("left", user=name, count=len(members))
    for payload in PAYLOADS:
        server.say("Eve", payload)
    server.say("Eve", "the end")
    ann.sees("the end")
    assert ann.has_said()[-len(PAYLOADS) - 1 : -1] == [*PAYLOADS]
    assert (watch.harm(), watch.too_wide()) == ([], [])


@pytest.mark.parametrize("bypass_csp", [NO_POLICY])
def test_bidirectional_overrides_stay_in_their_name(on_stage: OnStage) -> None:
    """A name that reverses the text direction does not affect the text after it."""
    for name in ("\u202eecilA", "\u2069\u202ebob", "\u2067x"):
        ann, server, _ = on_stage(members=["Ann"])
        server.send("joined", user=name, count=2)
        server.say(name, "said")
        server.send("typing", user=name)
        expect(ann.page.locator("#typing")).not_to_be_empty()
        assert reads_onward(ann.page, ".notice.joined", "joined"), name
        assert reads_onward(ann.page, "#typing", "typing"), name
        assert reads_onward(ann.page, ".message .text", "said"), name


@without_policy
def test_words_of_a_hostile_server(on_stage: OnStage) -> None:
    """The page shows errors, close reasons and server facts as text."""
    payload = PAYLOADS[0]
    server_info = SERVER | {"framework": "constructor", "server": payload, "version": "__proto__"}
    ann, server, watch = on_stage(server=server_info | {"pid": payload})
    facts = ann.page.locator("#server-framework, #server-server, #server-version, #server-pid")
    expect(facts).to_have_text(["constructor", payload, payload, "__proto__"])
    for code in ("constructor", "__proto__", "toString", payload):
        ann.say(f"to be refused with {code}")
        expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
        server.send("error", code=code, detail=payload, id=server.said[-1]["id"])
        expect(ann.page.locator(".message[data-status=sent]")).to_have_count(0)
    fates = ann.page.locator(".message[data-status=failed] .fate")
    expect(fates).to_have_text([re.compile("^Not sent: the server refused it.")] * 4)
    for detail in PAYLOADS:
        server.send("error", code="bad_json", detail=detail)
    expect(ann.page.locator(".notice.refused").last).to_be_visible()
    server.send("__proto__", polluted=1)
    server.send("constructor", __proto__={"polluted": 1})
    server.close(4400, payload)
    expect(ann.page.locator("#trouble-words")).to_contain_text(payload)
    assert (watch.harm(), watch.too_wide()) == ([], [])


@without_policy
def test_the_inspector(on_stage: OnStage) -> None:
    """The inspector shows hostile frames, and nothing in them runs."""
    ann, server, watch = on_stage()
    ann.page.locator("#inspector-open").evaluate("(button) => button.click()")
    expect(ann.page.locator("#inspector .row").first).to_be_visible()
    for payload in PAYLOADS:
        server.say(payload, payload)
        server.send(payload, detail=payload)
    server.show(NAMES[0], PAYLOADS[0], SVG, PAYLOADS[1])
    server.say("Eve", "the end")
    row = ann.page.locator("#inspector .row").get_by_text("the end")
    expect(row).to_be_visible()
    row.click()
    assert watch.harm() == []
    assert "HTML" not in watch.too_wide()  # the inspector covers the conversation
    ann.page.keyboard.press("Escape")
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("#inspector")).to_have_count(0)


@without_policy
def test_pictures(on_stage: OnStage) -> None:
    """The page refuses SVG under any media type, and shows file names as text everywhere."""
    ann, server, watch = on_stage()
    for mime in ("image/svg+xml", "image/png", "text/html"):
        server.show("Eve", f"{mime}.svg", SVG, mime)
    for number, name in enumerate(PAYLOADS):
        server.show("Eve", f"{number} {name}", picture("x").data)
    server.say("Eve", "the end")
    ann.sees("the end")
    expect(ann.page.get_by_text("This photo is no longer here.")).to_have_count(3)
    last = ann.page.locator(".photo").last
    expect(last.locator("img")).to_have_js_property("complete", True)
    last.click()
    expect(ann.page.locator("#viewer-caption")).to_contain_text(PAYLOADS[-1][-3:])
    ann.page.keyboard.press("Escape")
    hostile = [File(f"{payload}.png", SVG).payload() for payload in PAYLOADS[:3]]
    good = picture(PAYLOADS[0]).payload()
    ann.page.locator("#files").set_input_files([*hostile, good])
    expect(ann.page.locator("#attached .problem")).to_have_text(
        ["Not a PNG, JPEG, WebP or GIF."] * 3
    )
    expect(ann.page.locator("#attached .name").last).to_have_text(PAYLOADS[0])
    assert (watch.harm(), watch.too_wide()) == ([], [])


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_kept_and_told(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """A real chat's history over HTTP and the name of a hostile guest do no harm."""
    ann = person("Ann", viewport=NARROW)
    watch = Watch(ann.page)
    ann.page.add_init_script(WATCH)
    eve = member(chats.origins[backend], "hostile", NAMES[0])
    for text in (*PAYLOADS, "the end"):
        eve.until("message", id=eve.say(text))
    ann.open(chats.origins[backend], room="hostile")
    ann.is_connected()
    ann.sees("the end")
    expect(ann.page.locator(".message .text")).to_have_count(len(PAYLOADS) + 1)
    expect(ann.page.locator("#people li bdi").get_by_text(NAMES[0])).to_have_count(1)
    assert (watch.harm(), watch.too_wide()) == ([], [])


def follow(ann: Person, link: str, loads: bool, **address: str) -> None:
    """Follow a link, in a load of the page or within the page that is there."""
    link = urlsplit(link)._replace(path="/", query=urlencode(address)).geturl()
    if loads:
        ann.page.goto(link)
    else:
        ann.page.evaluate(
            "(link) => { history.pushState(null, '', link);"
            "dispatchEvent(new PopStateEvent('popstate')); }",
            link,
        )


@without_policy
def test_links_and_lists_of_rooms(chats: Chats, person: BringPerson, bypass_csp: bool) -> None:
    """A link's room, backend and fragment do no harm, nor does a hostile list of rooms."""
    ann = person("Ann", bypass_csp=bypass_csp, viewport=NARROW)
    watch = Watch(ann.page)
    ann.page.add_init_script(WATCH)
    rooms = [{"room": name, "members": PAYLOADS[0]} for name in NAMES]
    ann.page.route("**/api/rooms", lambda route: route.fulfill(json=rooms))
    payloads = [PAYLOADS[0], PAYLOADS[5], "../../api/me"]
    for turn in range(len(payloads)):
        room, backend, view = payloads[turn:] + payloads[:turn]
        follow(ann, chats.origins["fastapi"], turn == 0, room=room, backend=backend, view=view)
        expect(ann.page).not_to_have_url(re.compile("room="))  # the page has read the address
        expect(ann.page.locator("#entrance-form")).to_be_visible()
        assert (watch.harm(), watch.too_wide()) == ([], [])
    for key in ("__proto__", "constructor"):
        origin = f"{chats.origins['fastapi']}/#name={PAYLOADS[0]}"
        follow(ann, origin, key == "__proto__", room=key, backend=key)
        expect(ann.page.locator("#room-title")).to_have_text(key)
        ann.is_connected()
        ann.page.locator("#rooms-open").click()
        expect(ann.page.locator("#rooms-panel")).to_be_visible()
        assert (watch.harm(), watch.too_wide()) == ([], [])
        ann.page.keyboard.press("Escape")


@both_ways
def test_a_planted_sink_is_seen(
    on_stage: OnStage, narrow_stages: dict[bool, Stage], bypass_csp: bool
) -> None:
    """The checks see planted markup, both if the policy stops it and if it runs."""
    ann, _, watch = on_stage()
    ann.expected += ["Content Security Policy", "Failed to load resource"]
    assert watch.harm() == []
    ann.page.locator("#silence").evaluate("(node, html) => { node.innerHTML = html; }", PAYLOADS[0])
    # Not wait_for_function: it evaluates a string in the page, and the policy stops that.
    expect(ann.page.locator("html")).to_have_js_property("harmed", True)
    found = "\n".join(watch.harm())
    assert ("ran: 1" if bypass_csp else "policy: script-src-attr inline") in found
    assert 'there: <img src="x" onerror="ran(1)">' in found
    ann.page.locator("#room-title").evaluate("(node) => { node.style.width = '900px'; }")
    ann.page.locator("#timeline").evaluate("(node) => { node.style.width = '900px'; }")
    assert watch.too_wide() != []
    narrow_stages[bypass_csp].leave()


def test_both_send_the_same_strict_policy(chats: Chats, person: BringPerson) -> None:
    """Every answer forbids inline code, evaluated code and code from other hosts."""
    page = person().page
    own = {"'self'", "'none'", "blob:", "data:"}
    for path in ("/", "/client/boot.js", "/client/none", "/none", "/healthz", "/api/me"):
        policies = []
        for origin in chats.origins.values():
            headers = page.request.get(origin + path).headers
            assert headers["x-content-type-options"] == "nosniff"
            words = [each.split() for each in headers["content-security-policy"].split(";")]
            policies.append({name: {*sources} for name, *sources in words})
        policy = policies[0]
        assert policies[1] == policy
        origins = {*chats.origins.values()}
        sockets = {each.replace("http", "ws", 1) for each in origins}
        assert policy["default-src"] == policy["base-uri"] == {"'none'"}
        assert policy["script-src"] == policy["style-src"] == {"'self'"}
        assert policy["frame-ancestors"] == {"'none'"}
        assert policy["connect-src"] <= own | origins | sockets
        assert set.union(*policy.values()) <= own | origins | sockets
