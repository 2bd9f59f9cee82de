"""The main job by a plain WebSocket client, as the edge hands requests over: sign in, meet, talk, part."""

import asyncio
import json
import urllib.error
import urllib.request

import websockets

PATIENCE = 30


class Site:
    """The deployed APIs, behind what CloudFront would add."""

    def __init__(self, address: str, outputs: dict[str, str], secret: str):
        name = lambda url: url.split("//")[1].split(".")[0]
        self.address, self.origin = address, outputs["SiteUrl"]
        self.http_host = f"{name(outputs['HttpApiUrl'])}.execute-api.localhost"
        self.socket_url = f"{address.replace('http', 'ws', 1)}/_aws/execute-api/{name(outputs['WebSocketUrl'])}/ws"
        self.edge = {"x-sc-viewer": "203.0.113.7", "x-sc-origin-secret": secret}

    def ask(self, method: str, path: str, body=None, bearer=None, edge=None) -> tuple[int, object]:
        """Status and body of an answer."""
        headers = {"Host": self.http_host, "Origin": self.origin, "Content-Type": "application/json"}
        headers |= self.edge if edge is None else edge
        headers |= {"Authorization": f"Bearer {bearer}"} if bearer else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        return status, json.loads(text) if text.startswith(("{", "[")) else text

    async def open(self, ticket: str, edge=None):
        """A socket by a ticket."""
        return await websockets.connect(
            self.socket_url,
            subprotocols=["speedconnect.v1", f"ticket.{ticket}"],
            origin=self.origin,
            additional_headers=self.edge if edge is None else edge,
        )


class Person:
    """Somebody with an open socket."""

    def __init__(self, site: Site, name: str, token: str):
        self.site, self.name, self.token = site, name, token

    @classmethod
    async def come(cls, site: Site, name: str, tag: str) -> "Person":
        status, welcome = site.ask("POST", "/api/login", {"nickname": name, "tags": [tag]})
        assert status == 200, welcome
        person = cls(site, name, welcome["accessToken"])
        status, agreed = site.ask("POST", "/api/consent", {"version": 1, "adult": True}, person.token)
        assert status == 200, agreed
        person.socket = await site.open(person.ticket())
        await person.say("hello")
        await person.hear("connected")
        return person

    def ticket(self) -> str:
        status, issued = self.site.ask("POST", "/api/auth/ws-ticket", {}, self.token)
        assert status == 200, issued
        return issued["ticket"]

    async def say(self, action: str, data=None, id=None):
        frame = {"action": action, "data": data or {}} | ({"id": id} if id else {})
        await self.socket.send(json.dumps(frame))

    async def hear(self, event: str) -> dict:
        """The data of the next such event; whatever else comes is let pass, but no error."""
        while True:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))
            assert frame["event"] not in ("error",), f"{self.name} waits for {event}, and hears {frame}"
            if frame["event"] == event:
                return frame.get("data", {})


async def meet(site: Site, tag: str) -> tuple[Person, Person, dict, dict]:
    """Two people in one call, and what each was told."""
    ada, bob = await Person.come(site, "Ada", tag), await Person.come(site, "Bob", tag)
    await ada.say("join-queue")
    await ada.hear("queue-joined")
    await bob.say("join-queue")
    told = [await person.hear("matched") for person in (ada, bob)]
    assert told[0]["sessionId"] == told[1]["sessionId"], told
    for person in (ada, bob):
        await person.say("connection-status", {"sessionId": told[0]["sessionId"], "status": "received"}, "received")
        await person.hear("ack")
    return ada, bob, *told


async def talk(site: Site) -> dict:
    """Two meet, chat, and part by hanging up; gives what one was told."""
    ada, bob, to_ada, to_bob = await meet(site, "chess")
    session = {"sessionId": to_ada["sessionId"]}
    await ada.say("send-message", session | {"n": 1, "message": "hello"})
    heard = await bob.hear("message")
    assert (heard["message"], heard["from"]) == ("hello", to_bob["peer"]["peerId"]), heard
    await bob.say("end-call", session)
    for person in (ada, bob):
        ended = await person.hear("session-ended")
        assert ended["reason"] == "peer-left", ended
    return to_ada


async def stay(site: Site) -> dict:
    """Two meet and stay until the call is over."""
    ada, bob, told, _ = await meet(site, "tea")
    for person in (ada, bob):
        ended = await person.hear("session-ended")
        assert ended["reason"] == "timeout", ended
    return told


async def refused(site: Site):
    """Nobody gets in past the edge."""
    person = await Person.come(site, "Eve", "doors")
    forged = {"x-sc-viewer": "198.51.100.1"}
    for edge in ({}, forged, forged | {"x-sc-origin-secret": "guessed"}):
        status, answer = site.ask("POST", "/api/login", {"nickname": "Eve", "tags": []}, edge=edge)
        assert (status, answer["error"]["code"]) == (403, "forbidden"), answer
        try:
            await site.open(person.ticket(), edge)
        except websockets.exceptions.InvalidStatus as refusal:
            assert refusal.response.status_code == 403, refusal
        else:
            raise AssertionError("a socket opened past the edge")
