#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""
The hosts of the world, in one process: MX hosts on port 25, policy hosts on 443, name servers that fail. What each one does
stands in DIRECTORY/hosts.json, which is read anew for each connection, so that a test can change it.
"""
import json
import os
import socket
import ssl
import sys
import threading
import time
import warnings

warnings.simplefilter('ignore', DeprecationWarning)  # old TLS is what some hosts are for
HANG = 3600


def read_hosts(directory):
    with open(os.path.join(directory, 'hosts.json'), encoding='utf-8') as file:
        return json.load(file)


def context(host, key):
    result = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if host['kind'] == 'old':
        result.set_ciphers('ALL:@SECLEVEL=0')
        result.minimum_version = ssl.TLSVersion.TLSv1
        result.maximum_version = ssl.TLSVersion.TLSv1_1
    result.load_cert_chain(host['chain'], key)
    return result


class Lines:
    def __init__(self, connection):
        self.connection, self.pending = connection, b''

    def next(self):
        while b'\n' not in self.pending:
            more = self.connection.recv(4096)
            if not more:
                return None
            self.pending += more
        line, self.pending = self.pending.split(b'\n', 1)
        return line.decode('ascii', 'replace').strip()

    def put(self, text):
        self.connection.sendall(text.encode('ascii'))


def take_mail(lines, host, directory, secure):
    lines.put('354 go on\r\n')
    text = []
    while (line := lines.next()) not in ('.', None):
        text.append(line)
    with open(os.path.join(directory, 'mail', '%s.%d' % (host['name'], time.monotonic_ns())), 'w', encoding='utf-8') as out:
        out.write('%s\n%s\n' % ('TLS' if secure else 'CLEAR', '\n'.join(text)))
    lines.put('250 taken\r\n')


def start_tls(lines, host, key):
    """The connection in TLS, or None when this host has no such thing."""
    kind = host['kind']
    if kind == 'refused':
        lines.put('454 TLS not available\r\n')
        return lines
    if kind == 'injected':
        lines.put('220 go on\r\n250 a line that was put in\r\n')
    else:
        lines.put('220 go on\r\n')
    if kind == 'broken':
        lines.connection.recv(4096)
        return None
    return Lines(context(host, key).wrap_socket(lines.connection, server_side=True))


def serve_smtp(connection, host, key, directory):
    kind, secure = host['kind'], False
    lines = Lines(connection)
    if kind == 'silent':
        time.sleep(HANG)
    lines.put('220 %s ESMTP\r\n' % host['name'])
    while lines is not None and (line := lines.next()) is not None:
        verb = line[:8].upper()
        if verb.startswith('EHLO'):
            offers = [] if kind == 'no-starttls' or secure else ['STARTTLS']
            offers += ['REQUIRETLS'] if secure and host.get('requiretls') else []
            lines.put(''.join('250-%s\r\n' % word for word in [host['name']] + offers) + '250 8BITMIME\r\n')
        elif verb.startswith('STARTTLS') and kind != 'no-starttls' and not secure:
            lines = start_tls(lines, host, key)
            secure = kind != 'refused'
        elif verb.startswith('DATA'):
            take_mail(lines, host, directory, secure)
        elif verb.startswith('QUIT'):
            lines.put('221 bye\r\n')
            return
        elif verb[:4] in ('MAIL', 'RCPT', 'RSET', 'NOOP', 'HELO'):
            lines.put('250 fine\r\n')
        else:
            lines.put('502 what?\r\n')


def body_of(host):
    kind, text = host['kind'], host['text'].encode('utf-8')
    if kind == '64k':
        return text + b'x: ' + 65 * 1024 * b'x' + b'\n'
    if kind == '10m':
        return text + 10 * 1024 * (b'x: ' + 1020 * b'x' + b'\n')
    return text


def serve_https(connection, host, key, _directory):
    kind = host['kind']
    if kind == 'hang':
        time.sleep(HANG)
    secure = context(dict(host, kind='policy'), key).wrap_socket(connection, server_side=True)
    lines = Lines(secure)
    while (line := lines.next()) not in ('', None):
        pass
    status = {'404': '404 Not Found', '302': '302 Found', '500': '500 Broken'}.get(kind, '200 OK')
    where = 'Location: https://%s/.well-known/mta-sts.txt\r\n' % host.get('elsewhere', host['name']) if kind == '302' else ''
    media = {'type': 'text/html', 'charset': 'Text/Plain; charset=utf-8'}.get(kind, 'text/plain')
    body = body_of(host)
    length = '' if kind == 'chunked' else 'Content-Length: %d\r\n' % len(body)
    lines.put('HTTP/1.1 %s\r\nContent-Type: %s\r\n%s%sConnection: close\r\n\r\n' % (status, media, where, length))
    if kind == 'cut':
        secure.sendall(body[:len(body) // 2])
    elif kind == 'slow':
        for byte in body:
            secure.sendall(bytes([byte]))
            time.sleep(1)
    else:
        secure.sendall(body)
    secure.unwrap()


def serve(connection, place, directory):
    everything = read_hosts(directory)
    host = everything['hosts'][place]
    try:
        if host['kind'] != 'closed':
            (serve_smtp if place.endswith(':25') else serve_https)(connection, host, everything['key'], directory)
    except (OSError, ssl.SSLError):
        pass
    finally:
        connection.close()


def listen(place, directory):
    address, port = place.rsplit(':', 1)
    listener = socket.create_server((address, int(port)), backlog=64)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, place, directory), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def fail_dns(address, rcode):
    """Answers each question with the rcode; None: not at all."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))

    def answer():
        while True:
            packet, peer = server.recvfrom(4096)
            if rcode is not None and len(packet) > 12:
                server.sendto(packet[:2] + bytes([0x80 | packet[2], rcode]) + packet[4:6] + 6 * b'\0' + packet[12:], peer)
    threading.Thread(target=answer, daemon=True).start()


def main():
    directory = sys.argv[1]
    threading.stack_size(256 * 1024)
    for place, host in read_hosts(directory)['hosts'].items():
        if host['kind'] != 'dead':
            listen(place, directory)
    fail_dns('127.0.53.2', 2)
    fail_dns('127.0.53.3', None)
    print('ready', flush=True)
    threading.Event().wait()


main()
