"""boto3, unmodified: answers each question on standard input, a line of JSON, with a line of JSON."""

import datetime
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError


def main():
    for line in sys.stdin:
        question = json.loads(line)
        os.environ.update(question["environment"])
        print(json.dumps(answer(question), default=plain), flush=True)
        for name in question["environment"]:
            del os.environ[name]


def answer(question):
    # A session of its own: credentials are those of the environment as it is now. boto3 before 1.28 knows no AWS_ENDPOINT_URL.
    client = boto3.session.Session().client(
        question["service"], endpoint_url=os.environ.get("AWS_ENDPOINT_URL")
    )
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
