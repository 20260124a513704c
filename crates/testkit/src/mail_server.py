# An SMTP server for one test: takes every message into a Maildir, says its port, and ends with its input.
# Arguments: the Maildir, the port or 0, a file with the addresses that it refuses, one a line, and user and password if it is to ask
# for them.
import asyncio
import os
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

MAILDIR, PORT, REFUSED, *ACCOUNT = sys.argv[1:]


class Handler(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if os.path.exists(REFUSED) and address in open(REFUSED).read().split():
            return "550 5.1.1 <" + address + "> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=[data.login.decode(), data.password.decode()] == ACCOUNT, handled=False)


def protocol():
    handler = Handler(MAILDIR)
    if not ACCOUNT:
        return SMTP(handler, hostname="localhost")
    return SMTP(
        handler, hostname="localhost", authenticator=authenticator, auth_required=True, auth_require_tls=False
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", int(PORT))
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
