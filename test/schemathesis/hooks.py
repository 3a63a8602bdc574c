"""What Schemathesis must be told to send lines of JSON, and an import that gets past its first line."""

import json
import os
import pathlib
import random

import schemathesis

# What a node gave to GET /v1/export.
EXPORT = pathlib.Path(os.environ["FORAGE_EXPORT"]).read_text(encoding="utf-8").splitlines()

ODD = [None, True, -1, 0, 1.5, 2**53, 10**400, "", "i0", "\x00", "\u202e", "x" * 300, [], {}, [[]], {"a": 1}]


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    body = value if isinstance(value, bytes) else str(value).encode()
    if context.case.operation.path != "/v1/import":
        return body
    return imported(random.Random(body), body)


@schemathesis.hook
def before_call(context, case, kwargs):
    """A live view has no end unless one is asked for; wrong ends are sent as they are."""
    if case.operation.path == "/v1/contexts/{key}/live":
        case.query = case.query or {}
        wanted = str(case.query.get("seconds", ""))
        if wanted == "" or (wanted.isdigit() and int(wanted) > 1):
            case.query["seconds"] = "1"


def imported(chance, body):
    """A real export under another name, altered in up to three places; now and then the body as it was made."""
    if chance.random() < 0.2:
        return body
    name = json.dumps(f"imported-{chance.randrange(1000)}")
    records = [line.replace('"vacuums"', name) for line in EXPORT]
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        at = chance.randrange(len(records))
        chance.choice([drop, repeat, swap, cut, change, change, change, change])(chance, records, at)
    return "\n".join(records).encode("utf-8", "surrogatepass")


def drop(_, records, at):
    records[at : at + 1] = [""] if len(records) == 1 else []


def repeat(_, records, at):
    records.insert(at, records[at])


def swap(chance, records, at):
    other = chance.randrange(len(records))
    records[at], records[other] = records[other], records[at]


def cut(chance, records, at):
    records[at] = records[at][: chance.randrange(len(records[at]) + 1)]


def change(chance, records, at):
    """Another value somewhere in a record, or a field more or less."""
    try:
        record = place = json.loads(records[at])
    except ValueError:
        return
    while isinstance(place, (dict, list)) and place:
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], (dict, list)) or not place[key] or chance.random() < 0.3:
            fate = chance.random()
            if fate < 0.7:
                place[key] = chance.choice(ODD)
            elif fate < 0.85:
                del place[key]
            elif isinstance(place, dict):
                place["odd"] = chance.choice(ODD)
            else:
                place.append(place[key])
            break
        place = place[key]
    records[at] = json.dumps(record)
