"""boto3, unmodified: answers each question on standard input, a line of JSON, with a line of JSON."""

import datetime
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError


clients = {}


def main():
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(answer(question), default=plain), flush=True)


def client_for(environment, service):
    # Made once for each who asks: it reads half a megabyte of model.
    key = (service, *sorted(environment.items()))
    if key not in clients:
        os.environ.update(environment)
        # A session of its own: credentials are those of the environment as it is now. boto3 before 1.28 knows no AWS_ENDPOINT_URL.
        session = boto3.session.Session()
        clients[key] = session.client(
            service, endpoint_url=os.environ.get("AWS_ENDPOINT_URL")
        )
        for name in environment:
            del os.environ[name]
    return clients[key]


def answer(question):
    client = client_for(question["environment"], question["service"])
    name, values = question["name"], question["input"]
    try:
        if question["kind"] == "pages":
            pages = client.get_paginator(name).paginate(
                PaginationConfig={"PageSize": 2}, **values
            )
            return {"kind": "done", "output": pages.build_full_result()}
        if question["kind"] == "wait":
            client.get_waiter(name).wait(**values)
            return {"kind": "done", "output": {}}
        output = getattr(client, name)(**values)
        del output["ResponseMetadata"]
        return {"kind": "done", "output": output}
    except ClientError as error:
        refusal = error.response["Error"]
        return {"kind": "refused", "code": refusal["Code"], "message": refusal["Message"]}


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(type(value).__name__)


main()
