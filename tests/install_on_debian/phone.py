"""What a phone does: asks the house for a name (RFC 6762, 5.1: a one-shot query), and opens the page. Standard library
alone; `find NAME` or `open ADDRESS PATH COOKIE BODY`, the answer as JSON."""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import sys

GROUP = ("224.0.0.251", 5353)
TRIES = 4
WAIT_S = 1.0
ADDRESS_RECORD = re.compile(rb"\x00\x01[\x00\x80]\x01.{4}\x00\x04(.{4})", re.DOTALL)  # type A, class IN, time, length
NAME = "poultice.local"


def find(name: str) -> str | None:
    """By multicast; None where nobody answers within four seconds."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    query = struct.pack("!6H", 0, 0, 1, 0, 0, 0) + labels + b"\x00" + struct.pack("!2H", 1, 0x8001)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(WAIT_S)
        for _ in range(TRIES):
            try:
                asking.sendto(query, GROUP)
                if record := ADDRESS_RECORD.search(asking.recv(9000)):
                    return socket.inet_ntoa(record[1])
            except OSError:
                continue
    return None


def open_page(address: str, path: str, cookie: str, body: str) -> dict[str, object]:
    """One request, by the name."""
    connection = http.client.HTTPConnection(address, 80, timeout=5)
    headers = {"Host": NAME, **({"Cookie": cookie} if cookie else {})}
    try:
        if body:
            connection.request("POST", path, body, {**headers, "Content-Type": "application/json"})
        else:
            connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        given = (answer.getheader("Set-Cookie") or "").split(";")[0]
        return {"status": answer.status, "text": answer.read().decode(errors="replace"), "cookie": given}
    except OSError as error:
        return {"status": 0, "text": str(error), "cookie": ""}


if __name__ == "__main__":
    done = {"address": find(sys.argv[2])} if sys.argv[1] == "find" else open_page(*sys.argv[2:6])
    sys.stdout.write(json.dumps(done))
