"""The classroom in the browser, asked over HTTP: who may do what, one session behind all doors, nothing lost."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.app.debrief_words import headline_of
from sim.app.rehearse import _left_open
from sim.app.rehearse_web import _listen
from sim.app.web.classroom import Classroom
from sim.app.web.debriefs import Debriefs
from sim.app.web.server import answers_for, application, hosts_of
from sim.errors import UserError
from sim.rehearsal.debrief import debrief
from sim.rehearsal.load import load, loads
from sim.rehearsal.log import read_log
from sim.rehearsal.session import Session
from sim.rehearsal.store import Store
from sim.study.workers import Here

MOMENT = Path(__file__).resolve().parent.parent / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
SCRIPT = load(MOMENT)


class Desk:
    """A browser with one token."""

    def __init__(self, client: TestClient, token: str):
        self.client, self.token = client, token

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, params=query, headers={"X-Token": self.token})

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(path, json=body, headers={"X-Token": self.token})


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    def begin(name: str) -> Session:
        log = tmp_path / f"{name}.jsonl"
        return Session.begin(SCRIPT, trainee=name, log=log, assist="coach")

    return Classroom(SCRIPT, begin, solo=False)


@pytest.fixture
def client(room: Classroom) -> Iterator[TestClient]:
    with TestClient(application(room, hosts_of("127.0.0.1")), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def desks(room: Classroom, client: TestClient) -> list[Desk]:
    door = Desk(client, room.tokens["class"])
    for name in ("Ada", "Ben"):
        assert door.post("/api/join", name=name).status_code == 200
    return [Desk(client, seat.token) for seat in room.seats]


def begun(room: Classroom, minutes: int = 4) -> None:
    """Let the class begin, and so many minutes of the moment pass at every desk."""
    room.control("start", {})
    for seat in room.seats:
        seat.session.wait(60 * minutes)


def test_trainees_sit_in_the_same_moment_each_at_their_own_desk(room: Classroom, desks: list[Desk]) -> None:
    begun(room)
    room.control("pause", {})  # else a second may pass between the two looks
    first, second = (desk.get("/api/view").json() for desk in desks)
    room.control("pause", {"paused": False})
    assert first["inbox"] == second["inbox"] and first["desk_of"] == "Ada"
    before = second["reputation"]
    answer = desks[0].post("/api/act", do="choose", on="m1", option="b")
    assert answer.status_code == 200 and answer.json()["coach"]
    assert desks[0].get("/api/view").json()["answered"] == 1
    untouched = desks[1].get("/api/view").json()
    assert untouched["answered"] == 0 and untouched["reputation"] == before


def test_a_token_opens_its_own_doors_only(room: Classroom, client: TestClient, desks: list[Desk]) -> None:
    begun(room)
    trainee, observer = desks[0], Desk(client, room.tokens["observer"])
    facilitator, door = Desk(client, room.tokens["facilitator"]), Desk(client, room.tokens["class"])
    stranger = Desk(client, "x" * 22)
    for who, doors in {trainee: (403, 403), observer: (403, 403), door: (403, 403), stranger: (401, 401)}.items():
        assert who.post("/api/control", do="end").status_code == doors[0]
    for who in (observer, facilitator, door, stranger):
        assert who.post("/api/act", do="choose", on="m1", option="b").status_code in (401, 403)
    assert trainee.get("/api/compare").status_code == 403
    assert facilitator.post("/api/join", name="Cy").status_code == 403
    assert door.get("/api/view").status_code == 403 and stranger.get("/api/events").status_code == 401
    assert all(not seat.session.over and not seat.session.answers for seat in room.seats)
    own = trainee.get("/api/view", seat=2).json()
    assert own["desk_of"] == "Ada", "a number in the link must not open another's desk"
    assert trainee.get("/api/thread", name="m1", seat=2).status_code == 200


def test_other_hosts_and_origins_are_turned_away(room: Classroom, client: TestClient) -> None:
    token = {"X-Token": room.tokens["facilitator"]}
    assert client.get("/api/view", headers=token).status_code == 200
    assert client.get("/api/view", headers=token | {"Host": "evil.example"}).status_code == 421
    assert client.get("/desk", headers={"Host": "127.0.0.1.evil.example:8765"}).status_code == 421
    assert client.get("/api/view", headers=token | {"Origin": "http://evil.example"}).status_code == 403
    assert client.get("/api/view", headers=token | {"Origin": "null"}).status_code == 403
    assert client.get("/api/view", headers=token | {"Origin": "http://127.0.0.1:9999"}).status_code == 403
    own = token | {"Origin": "http://127.0.0.1:8765"}
    assert client.post("/api/control", json={"do": "start"}, headers=own).status_code == 200
    answer = client.get("/desk")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_link_can_be_opened_as_soon_as_it_is_printed() -> None:
    """Before anybody accepts: the connection waits."""
    with _listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname(), timeout=5) as guest:
        assert guest.getpeername() == listening.getsockname()


def test_which_hosts_a_server_answers_for() -> None:
    assert answers_for("localhost:1", hosts_of("127.0.0.1")) and answers_for("[::1]:80", hosts_of("::1"))
    assert not answers_for("10.0.0.1:80", hosts_of("127.0.0.1"))
    assert answers_for("10.0.0.1:80", hosts_of("0.0.0.0")) and not answers_for("a.example", hosts_of("0.0.0.0"))
    assert not answers_for("", hosts_of("127.0.0.1")) and not answers_for("[", hosts_of("0.0.0.0"))


def test_bad_requests_get_an_answer(room: Classroom, client: TestClient, desks: list[Desk]) -> None:
    begun(room)
    token = {"X-Token": desks[0].token}
    raw = {"content-type": "application/json"}
    for content, status in ((b"{", 400), (b"[1]", 400), (b"[" * 5000, 400), (b'"' + b"x" * 30_000, 413)):
        assert client.post("/api/act", content=content, headers=token | raw).status_code == status
    assert client.post("/api/act", data={"do": "end"}, headers=token).status_code == 415
    for body in (
        {}, {"do": "fly"}, {"do": "choose", "on": "m9", "option": "a"}, {"do": "choose", "on": "m1", "option": "zz"},
        {"do": "reply", "on": "m1", "text": " "}, {"do": "reply", "on": "m1", "text": "x" * 999},
        {"do": "hold", "on": "m1", "text": "Back soon", "minutes": "soon"}, {"do": "hold", "on": "m1", "minutes": 1e9},
        {"do": "pause"}, {"do": "pace", "speed": 5}, {"do": "wait"}, {"do": "predict", "reputation": "nan"},
        {"do": ["end"]}, {"do": "choose", "on": "m1", "option": "b", "confidence": "sure"},
    ):
        answer = desks[0].post("/api/act", **body)
        assert answer.status_code == 409 and answer.json()["error"], body
    control = Desk(client, room.tokens["facilitator"])
    for body in ({"do": "pace", "speed": "fast"}, {"do": "push", "inject": "m99"}, {"do": "note", "text": " "},
                 {"do": "end", "seat": 9}, {"do": "approve", "seat": 1, "place": 3}, {"do": "pace", "speed": 1e6}):
        assert control.post("/api/control", **body).status_code == 409, body
    assert control.get("/api/view", seat="x").status_code == 400
    door = Desk(client, room.tokens["class"])
    assert door.post("/api/join", name="ada").status_code == 409, "a name is taken once"
    assert door.post("/api/join", name="  ").status_code == 409
    assert not room.seats[0].session.answers


def test_an_action_that_is_sent_again_is_done_once(room: Classroom, desks: list[Desk]) -> None:
    begun(room)
    told = [desks[0].post("/api/act", do="choose", on="m1", option="b", id="one").json() for _ in range(3)]
    assert told[0]["state"] == told[2]["state"] == "sent"
    assert len(room.seats[0].session.answers) == 1


def test_the_facilitator_steers(room: Classroom, client: TestClient, desks: list[Desk]) -> None:
    control = Desk(client, room.tokens["facilitator"])
    assert desks[0].post("/api/act", do="choose", on="m1", option="a").status_code == 409, "it has not begun"
    assert control.post("/api/control", do="start").json()["started"]
    control.post("/api/control", do="pause", paused=True, seat=2)
    assert [seat.session.paused for seat in room.seats] == [False, True]
    assert not room.pass_time(5, room.seats[1]) and room.pass_time(5, room.seats[0])
    control.post("/api/control", do="pace", speed=30)
    assert all(seat.session.speed == 30 for seat in room.seats)
    assert control.post("/api/control", do="push", inject="m3").status_code == 200
    assert all("m3" in seat.session.stage.arrived for seat in room.seats)
    control.post("/api/control", do="note", text="look at m3")
    assert any(news["text"] == "look at m3" for news in desks[0].get("/api/view").json()["news"])
    control.post("/api/control", do="hide", hidden=True)
    assert desks[0].get("/api/view").json()["reputation"] is None
    observer = Desk(client, room.tokens["observer"])
    assert observer.get("/api/view", seat=2).json()["desk_of"] == "Ben"
    assert observer.get("/api/view").json()["reputation"] is not None
    desks[0].post("/api/act", do="choose", on="m3", option="a")
    compared = control.get("/api/compare").json()["seats"]
    assert "m3" in compared[0]["injects"] and "m3" not in compared[1]["injects"]
    assert control.post("/api/control", do="end").json()["over"]


def test_what_a_browser_does_is_what_the_session_does(room: Classroom, desks: list[Desk], tmp_path: Path) -> None:
    begun(room)
    desks[0].post("/api/act", do="choose", on="m1", option="b", confidence="high")
    room.seats[0].session.wait(300)
    desks[0].post("/api/act", do="reply", on="m2", text="Lou, I am at the belt in 5 minutes with your bag. Jo, Skyline")
    desks[0].post("/api/act", do="end")
    by_hand = Session.begin(SCRIPT, trainee="Ada", log=tmp_path / "hand.jsonl", assist="coach")
    by_hand.wait(240)
    by_hand.choose("m1", "b", confidence="high")
    by_hand.wait(300)
    by_hand.say("m2", "Lou, I am at the belt in 5 minutes with your bag. Jo, Skyline")
    by_hand.end()
    assert room.seats[0].session.stage.digest() == by_hand.stage.digest()
    (_, web, _), (_, hand, _) = read_log(tmp_path / "Ada.jsonl"), read_log(tmp_path / "hand.jsonl")
    assert [json.dumps(record) for record in web] == [json.dumps(record) for record in hand]


def test_a_stopped_server_leaves_logs_that_go_on(room: Classroom, desks: list[Desk], tmp_path: Path) -> None:
    begun(room)
    desks[1].post("/api/act", do="choose", on="m1", option="c")
    state = room.seats[1].session.stage.digest()
    room.close()
    assert Session.resume(tmp_path / "Ben.jsonl").stage.digest() == state


def test_a_class_goes_on_after_its_server_was_stopped(room: Classroom, desks: list[Desk], tmp_path: Path) -> None:
    """Who joins again goes on with their own session; who is new begins."""
    begun(room)
    desks[0].post("/api/act", do="choose", on="m1", option="b")
    where = room.seats[0].session.stage.digest()
    room.close()
    assert _left_open(tmp_path, SCRIPT, "Cem") is None

    def begin(name: str) -> Session:
        return _left_open(tmp_path, SCRIPT, name) or Session.begin(SCRIPT, trainee=name, log=tmp_path / "new.jsonl")

    again = Classroom(SCRIPT, begin, solo=False)
    ada, cem = again.sit("Ada"), again.sit("Cem")
    assert ada.session.stage.digest() == where and len(ada.session.answers) == 1 and cem.session.second == 0
    again.control("pause", {"paused": False})
    assert again.started, "to let time go on is to begin"
    ada.session.end()
    again.close()
    assert _left_open(tmp_path, SCRIPT, "Ada") is None, "an ended session is not gone on with"


def test_a_desk_that_goes_on_has_its_trainees_name(tmp_path: Path) -> None:
    log = tmp_path / "anna.jsonl"
    Session.begin(SCRIPT, trainee="Anna", log=log).log.close()
    alone = Classroom(SCRIPT, lambda name: Session.begin(SCRIPT), solo=True)
    assert alone.sit("", Session.resume(log)).name == "Anna"
    alone.close()


def test_alone_the_clock_is_ones_own(tmp_path: Path) -> None:
    room = Classroom(SCRIPT, lambda name: Session.begin(SCRIPT, trainee=name), solo=True)
    seat = room.sit("")
    with TestClient(application(room, hosts_of("127.0.0.1")), base_url="http://127.0.0.1:8765") as client:
        desk = Desk(client, seat.token)
        assert desk.post("/api/act", do="start").json()["view"]["started"]
        assert desk.post("/api/act", do="pause", paused=True).json()["view"]["paused"]
        assert desk.post("/api/act", do="pace", speed=60).json()["view"]["speed"] == 60
        assert Desk(client, room.tokens["class"]).post("/api/join", name="Cy").status_code == 409, "no class here"


# ---------------------------------------------------------------------------------------------- debriefs


def quick(text: str) -> str:
    """The moment with few futures, for tests."""
    scoring = "\nscoring:\n"
    assert scoring in text
    return text.replace(scoring, scoring + "  outcome: {worlds: 8, futures: 4}\n")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Classroom, TestClient]]:
    """A class of three: Ada has answered one inject and is done, Ben did nothing and is done, Cy goes on."""
    folder = tmp_path_factory.mktemp("debriefs")
    script = loads(quick(SCRIPT.text), file=SCRIPT.file, folder=MOMENT.parent, scenario_text=SCRIPT.scenario_text)
    room = Classroom(
        script, lambda name: Session.begin(script, trainee=name, log=folder / f"{name}.jsonl"), solo=False
    )
    for name in ("Ada", "Ben", "Cy"):
        room.sit(name)
    room.control("start", {})
    room.seats[0].session.wait(240)
    room.seats[0].session.choose("m1", "b")
    for seat in room.seats[:2]:
        seat.session.wait(3600)
    room.seats[2].session.pause(True)
    with TestClient(application(room, hosts_of("127.0.0.1")), base_url="http://127.0.0.1:8765") as client:
        yield room, client


def waited(desk: Desk, state: str, **query: Any) -> dict[str, Any]:
    """What is told of a debrief once it is so far."""
    end = time.monotonic() + 240
    while (told := desk.get("/api/debrief", **query).json()).get("state") != state:
        assert state == "failed" or told.get("state") != "failed", told
        assert time.monotonic() < end, told
        time.sleep(0.1)
    return dict(told)


def test_the_headline_comes_first_and_then_the_page(ended: tuple[Classroom, TestClient]) -> None:
    room, client = ended
    ada = Desk(client, room.seats[0].token)
    assert ada.post("/api/act", do="predict", reputation=50, worst="m1").status_code == 200
    assert ada.get("/debrief/page").status_code == 409, "nobody has asked for it"
    assert ada.post("/api/debrief").json()["state"] in ("waits", "scored")
    states, told = [], {}
    end = time.monotonic() + 240
    while told.get("state") != "done" and time.monotonic() < end:
        told = ada.get("/api/debrief").json()
        states.append((told["state"], "headline" in told, told["share"]))
        time.sleep(0.02)
    assert ("works", True, 0.0) in states or any(state == "works" and first for state, first, _ in states)
    assert not any(first for state, first, _ in states if state == "waits")
    assert [share for _, _, share in states] == sorted(share for _, _, share in states) and states[-1][2] == 1.0
    page = ada.get("/debrief/page")
    assert page.status_code == 200 and "unsafe-inline" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"] and "<script" not in page.text
    by_verb = debrief(Session.read(room.seats[0].session.log.path), Here(), lambda done: None)  # type: ignore[arg-type]
    assert headline_of(by_verb) == told["headline"] and escape(told["headline"]) in page.text
    assert "You predicted a reputation of 50.0" in page.text
    values = ada.get("/debrief/file", **{"as": "json"}).json()["data"]
    assert values["score"] == by_verb.score and values["trainee"] == "Ada"
    assert ada.get("/debrief/file", **{"as": "csv"}).text.startswith("thread,")
    assert ada.get("/debrief/file", **{"as": "xapi"}).json()[0]["verb"]["id"].endswith("answered")
    assert ada.get("/debrief/file", **{"as": "pdf"}).status_code == 409
    assert Store(room.seats[0].session.log.path.parent).sessions("Ada")[0]["score"] == pytest.approx(by_verb.score)


def test_a_debrief_is_its_trainees_and_the_facilitators(ended: tuple[Classroom, TestClient]) -> None:
    room, client = ended
    ada, _, cy = (Desk(client, seat.token) for seat in room.seats)
    control, observer = Desk(client, room.tokens["facilitator"]), Desk(client, room.tokens["observer"])
    assert cy.post("/api/debrief").status_code == 409, "it is not over yet"
    assert cy.get("/api/debrief", seat=1).json()["name"] == "Cy", "a number in the link opens no other's"
    for door in ("/api/debrief", "/debrief/page", "/debrief/file"):
        assert observer.get(door).status_code == 403 and Desk(client, "x").get(door).status_code == 401
    assert ada.post("/api/debrief", all=True).status_code == 403
    room.hidden = True
    assert ada.get("/api/debrief").status_code == 409 and "hidden" in ada.get("/debrief/page").json()["error"]
    room.hidden = False
    shown = control.post("/api/debrief", all=True).json()["debriefs"]
    assert [each["name"] for each in shown] == ["Ada", "Ben"], "Cy is not done"
    waited(control, "scored", seat=2)
    shown = control.get("/api/view").json()["debriefs"]
    assert shown[0]["score"] > shown[1]["score"], "who answered well is above who did nothing"


def test_one_fault_does_not_end_the_others_debriefs(ended: tuple[Classroom, TestClient]) -> None:
    room, client = ended
    cy, dan = Desk(client, room.seats[2].token), room.sit("Dan")
    room.seats[2].session.end()
    log = room.seats[2].session.log.path
    assert log is not None
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"state":"', b'"state":"x', 1))
    cy.post("/api/debrief")
    assert "leads to another state" in waited(cy, "failed")["error"]
    dan.session.wait(3600)
    Desk(client, room.tokens["facilitator"]).post("/api/debrief", all=True)
    waited(Desk(client, dan.token), "scored")
    log.write_bytes(whole)
    cy.post("/api/debrief")
    waited(cy, "done")


def test_a_stopped_room_begins_no_more_work(room: Classroom) -> None:
    """A thread that was reading its session when the server was stopped would keep it alive with new processes."""
    debriefs = Debriefs(room)
    debriefs.close()
    with pytest.raises(UserError, match="stopping"):
        debriefs._workers()
