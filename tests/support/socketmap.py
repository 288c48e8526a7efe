# SPDX-License-Identifier: Apache-2.0
"""A socketmap server (socketmap_table(5)) that answers from a table: the far end for faults that policyd does not have."""
import os
import socketserver
import threading
import time


class Server(socketserver.ThreadingUnixStreamServer):
    """answers: {(map, key): words}, or what a function of map and key returns. asked: what was asked, in order."""
    daemon_threads = True

    def __init__(self, path, answers):
        if os.path.exists(path):
            os.unlink(path)
        self.answers = answers
        self.asked = []
        super().__init__(path, Handler)
        os.chmod(path, 0o666)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, name, key):
        self.asked.append((name, key))
        if callable(self.answers):
            return self.answers(name, key)
        return self.answers.get((name, key), 'NOTFOUND ')

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.converse()
        except OSError:
            pass  # who asked was killed

    def converse(self):
        while True:
            length = b''
            while not length.endswith(b':'):
                byte = self.rfile.read(1)
                if not byte:
                    return
                length += byte
            content = self.rfile.read(int(length[:-1]))
            self.rfile.read(1)
            name, _, key = content.decode().partition(' ')
            answer = self.server.answer(name, key).encode()
            self.wfile.write(b'%d:%s,' % (len(answer), answer))


def verified(mx):
    """What policyd says of a domain whose servers have a certificate for `mx`, in each of its maps."""
    words = 'OK level=verified source=mta-sts age=60 until=%d' % (time.time() + 86400)
    policy = 'OK secure match=%s servername=hostname' % mx
    return {'capability': words, 'tls-phi-verified': policy, 'tls-phi-encrypted': policy}
