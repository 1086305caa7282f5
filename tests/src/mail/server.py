"""A mail server that keeps what it is given, and misbehaves when told to.

Its folder holds `manner`, one line that is read at each step:

  kind              takes everything
  rcpt 550 5.1.1 …  answers that to each recipient
  data 451 4.3.0 …  answers that to each message
  deaf              does not answer a greeting
  silent            keeps a message and does not say so
  cut               keeps a message and hangs up instead of saying so

Each message it has kept is a folder: message.eml, its parts as files, and
message.json about them, which comes last.
"""

import asyncio
import email
import email.policy
import json
import os
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])
folder = pathlib.Path(options["folder"])


def manner():
    return (folder / "manner").read_text().strip()


async def while_manner_is(word):
    while manner() == word:
        await asyncio.sleep(0.05)


def parts(message, within=()):
    """Every part that holds something, with the kinds of those around it."""
    if message.is_multipart():
        for part in message.iter_parts():
            yield from parts(part, (*within, message.get_content_type()))
    else:
        yield within, message


def keep(session, envelope):
    number = sum(1 for _ in folder.glob("message-*")) + 1
    home = folder / f"message-{number:05}"
    home.mkdir()
    (home / "message.eml").write_bytes(envelope.original_content)
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    listed = []
    for place, (within, part) in enumerate(parts(message)):
        content = part.get_content()
        file = home / f"part-{place}"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        listed.append({
            "kind": part.get_content_type(),
            "within": list(within),
            "disposition": part.get_content_disposition(),
            "name": part.get_filename(),
            "cid": (part["content-id"] or "").strip("<>") or None,
            "file": str(file),
        })
    about = {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "encrypted": session.ssl is not None or options["wrapped"],
        "user": session.auth_data,
        "headers": [[name, str(value)] for name, value in message.items()],
        "defects": [str(it) for part in message.walk() for it in part.defects],
        "parts": listed,
    }
    (home / "new.json").write_text(json.dumps(about))
    os.replace(home / "new.json", home / "message.json")


class Keeper:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        await while_manner_is("deaf")
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if manner().startswith("rcpt "):
            return manner().removeprefix("rcpt ").replace("{address}", address)
        envelope.rcpt_tos.append(address)
        return "250 a mailbox"

    async def handle_DATA(self, server, session, envelope):
        told = manner()
        if told.startswith("data "):
            return told.removeprefix("data ")
        keep(session, envelope)
        await while_manner_is("silent")
        if told == "cut":
            server.transport.abort()
        return "250 kept"


def let_in(server, session, envelope, mechanism, login):
    given = [login.login.decode(), login.password.decode()]
    return AuthResult(success=given == options["login"], auth_data=given[0])


def smtp(starttls):
    login = options["login"]
    return SMTP(
        Keeper(),
        hostname="mail.example",
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_required=login is not None,
        auth_require_tls=starttls is not None,
        authenticator=let_in if login else None,
    )


async def main():
    context = None
    if options["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options["certificate"])
    wrapped = context if options["wrapped"] else None
    starttls = None if options["wrapped"] else context
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: smtp(starttls), options["host"], options["port"], ssl=wrapped)
    port = server.sockets[0].getsockname()[1]
    (folder / "new-port").write_text(str(port))
    os.replace(folder / "new-port", folder / "port")
    await server.serve_forever()


asyncio.run(main())
