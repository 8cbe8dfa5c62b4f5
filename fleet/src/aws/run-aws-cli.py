"""Debian's AWS CLI, unmodified: runs it for each line of JSON on standard input and answers with what it left.

A command takes most of its time for reading its own modules; here they are read once and each command is a fork that has them.
"""

import json
import os
import runpy
import sys
import tempfile

import awscli.clidriver
import awscli.handlers  # and with it each of its customizations, which it would read at the first command


def main():
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(answer(question)), flush=True)


def answer(question):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            become(question, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "stdout": said(out),
            "stderr": said(err),
        }


def become(question, out, err):
    """The program as the shell would start it: its own arguments, environment and outputs, and no input."""
    code = 255
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdin = open(0, closefd=False)
        os.environ.update(question["environment"])
        program = question["argv"][0]
        sys.argv = question["argv"]
        runpy.run_path(program, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def said(file):
    file.seek(0)
    return file.read().decode()


main()
