# An SMTP server for one test: takes every message into a Maildir, says its port, and ends with its input.
# Arguments: the Maildir, and user and password if it is to ask for them.
import asyncio
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=[data.login.decode(), data.password.decode()] == sys.argv[2:], handled=False)


def protocol():
    handler = Mailbox(sys.argv[1])
    if len(sys.argv) == 2:
        return SMTP(handler, hostname="localhost")
    return SMTP(
        handler, hostname="localhost", authenticator=authenticator, auth_required=True, auth_require_tls=False
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
