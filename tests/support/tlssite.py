# SPDX-License-Identifier: Apache-2.0
"""What tests of promised TLS share: a stack (--with tls), what goes over its wire, and what must have arrived."""
import os
import smtplib
import socket
import ssl
import threading
import time

import tap

# Of the lab result that is sent.
WORDS = (b'metformin', b'40872291', b'Farrow')




class Wire:
    """What goes over the loopback to and from the far ends' hosts, port 25."""

    def __init__(self, prefix):
        self.prefix = bytes(int(part) for part in prefix.rstrip('.').split('.'))
        self.flows = {}
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self.socket.bind(('lo', 0))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            packet, where = self.socket.recvfrom(1 << 17)
            if where[2] == socket.PACKET_OUTGOING or packet[12:14] != b'\x08\x00' or packet[23] != 6:
                continue
            ip = packet[14:]
            tcp = ip[(ip[0] & 15) * 4:]
            ends = (ip[12:16], tcp[0:2], ip[16:20], tcp[2:4])
            port = (25).to_bytes(2, 'big')
            if (ends[0][:3] == self.prefix and ends[1] == port) or (ends[2][:3] == self.prefix and ends[3] == port):
                self.flows.setdefault(ends, bytearray()).extend(tcp[(tcp[12] >> 4) * 4:])

    def has(self, *words):
        return [word for word in words for flow in list(self.flows.values()) if word in flow]


class Site:
    """A stack with TLS, and its wire."""

    def __init__(self, stack):
        self.stack = stack
        self.number = 0
        self.wire = Wire(stack['MX_PREFIX'])

    def message(self, *fields):
        """The lab result, each time another message."""
        self.number += 1
        text = tap.sample('01-lab-result.eml').replace(b'Message-ID: <', b'Message-ID: <%d.' % self.number)
        return b''.join(field + b'\r\n' for field in fields) + text

    def send(self, *recipients, fields=(), sender='results@lakemont.example'):
        content = self.message(*fields)
        self.stack.send(content, sender, list(recipients), retry_for=20)
        return content

    def breaking(self, state):
        """Returns when the far end has changed: its host says so itself."""
        result = tap.stack_command('breaking', self.stack.directory, state)
        if result.returncode != 0:
            raise RuntimeError(result.stdout)
        end = time.monotonic() + 20
        while self.is_breaking() != state:
            if time.monotonic() > end:
                raise TimeoutError('the far end did not become ' + state)
            time.sleep(0.05)

    def is_breaking(self):
        try:
            with smtplib.SMTP(self.stack['MX_PREFIX'] + '5', 25, timeout=10) as smtp:
                smtp.ehlo()
                if not smtp.has_extn('starttls'):
                    return 'plain'
                smtp.docmd('STARTTLS')
                return self.certificate(smtp)
        except OSError:
            return 'down'

    def certificate(self, smtp):
        context = ssl.create_default_context(cafile=self.stack['PORTAL_CA'])
        try:
            context.wrap_socket(smtp.sock, server_hostname='mx.breaking.example').close()
            return 'good'
        except ssl.SSLError:
            return 'untrusted'

    def mails(self, recipient):
        return [mail for mail in self.stack.mails() if mail.recipient == recipient and not mail.code]

    def log(self, name):
        with open(os.path.join(self.stack['LOG_DIRECTORY'], name + '.log'), errors='replace') as file:
            return file.read()


def by_tls(mail):
    return '(using TLS' in mail.message.get_all('Received')[0]


def check_by_tls(site, recipient, sent, name):
    mails = site.mails(recipient)
    tap.equal(len(mails), 1, '%s: one mail' % name)
    if mails:
        tap.ok(not mails[0].link and mails[0].content.endswith(tap.lf(sent)), '%s: the message itself, unchanged' % name)
        tap.ok(by_tls(mails[0]), '%s: it came by TLS' % name, mails[0].message.get_all('Received')[0])
        tap.ok(b'X-Postseal' not in mails[0].content, '%s: no mark of ours on it' % name)


def check_by_portal(site, recipient, sent, name):
    mails = site.mails(recipient)
    tap.equal(len(mails), 1, '%s: one mail' % name)
    if tap.ok(mails and mails[0].link, '%s: a notice' % name):
        tap.ok(not any(word in mails[0].content for word in WORDS), '%s: nothing of the message in it' % name)
        original = site.stack.open_link(mails[0].link, recipient)
        tap.ok(original.endswith(sent), '%s: it opens to the message' % name)


def wait_for_deferral(site, recipient):
    """Until the door has said that it waits."""
    end = time.monotonic() + 20
    while 'to=<%s>' % recipient not in site.log('site') or '4.7.5 No TLS as promised yet' not in site.log('site'):
        if time.monotonic() > end:
            raise TimeoutError('%s was not deferred' % recipient)
        time.sleep(0.05)


def check_wire(site):
    tap.equal(site.wire.has(*WORDS), [], 'no word of a message went to a far end\'s host in clear')
    tap.ok(site.wire.has(b'EHLO mx.lakemont.example'), 'though the wire was seen')
    clear = [mail.recipient for mail in site.stack.mails() if any(word in mail.content for word in WORDS)
             and not by_tls(mail) and not mail.recipient.endswith('@lakemont.example')]
    tap.equal(clear, [], 'nor do the far ends know of any that came so')
