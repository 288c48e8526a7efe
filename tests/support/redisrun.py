# SPDX-License-Identifier: Apache-2.0
"""Redis and postseal-policyd of a test's own, on sockets of their own, ended by process id."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

BUILD = os.environ.get('top_builddir', '.')
WAITING = 20
SETTINGS = """\
our_domains = here.example
log_to = stderr
limits_file = %(dir)s/limits.yaml
policyd_listen = unix:%(dir)s/policy
policyd_socketmap = unix:%(dir)s/socketmap
evidence_directory =
policyd_control = unix:%(dir)s/control
policyd_socketmap = unix:%(dir)s/map
evidence_directory =
policyd_user =
"""


def installed(*programs):
    return all(shutil.which(program) for program in programs)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def grown(path, word, times=1, seconds=WAITING):
    """Until the file has the word so often: read as it grows."""
    end, seen = time.monotonic() + seconds, ''
    tail = threading.Event()
    with open(path, errors='replace') as file:
        while True:
            seen += file.read()
            if seen.count(word) >= times:
                return True
            if time.monotonic() > end:
                return False
            tail.wait(0.02)


class Redis:
    """With a port when `port` is one, else on a socket in the file system."""

    def __init__(self, directory, name='redis', port=0, program='redis-server', options=()):
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory, exist_ok=True)
        self.port, self.path = port, os.path.join(self.directory, 'sock')
        self.log = os.path.join(self.directory, 'log')
        self.arguments = [program, *(() if program == 'redis-server' else (os.path.join(self.directory, 'conf'), ))]
        if program == 'redis-server':
            self.arguments += ['--port', str(port), '--save', '', '--dir', self.directory, '--unixsocket', self.path, *options]
        else:
            with open(self.arguments[1], 'w', encoding='utf-8') as file:
                file.write('\n'.join(options) + '\n')
        self.process, self.starts = None, 0

    @property
    def address(self):
        return '127.0.0.1:%d' % self.port if self.port else 'unix:' + self.path

    def start(self, ready='eady to accept'):
        self.starts += 1
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log)
        if not grown(self.log, ready, self.starts):
            raise RuntimeError('Redis does not start: ' + open(self.log, errors='replace').read())
        return self

    def kill(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def signal(self, number):
        self.process.send_signal(number)

    def cli(self, *words, options=()):
        result = subprocess.run(['redis-cli', *(('-p', str(self.port)) if self.port else ('-s', self.path)), *options, *words],
                                check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=WAITING)
        return result.stdout.strip()


class Policyd:
    def __init__(self, limits, **settings):
        self.directory = tempfile.mkdtemp(prefix='postseal-policyd.', dir='/tmp')
        self.log = os.path.join(self.directory, 'log')
        self.write('limits.yaml', limits)
        self.write('postseal.cf', SETTINGS % {'dir': self.directory} + ''.join('%s = %s\n' % item for item in settings.items()))

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def start(self, word='redis: connected'):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([os.path.join(BUILD, 'policyd/postseal-policyd'), '-c',
                                             os.path.join(self.directory, 'postseal.cf')], stderr=log)
        if not self.says(word):
            raise RuntimeError('policyd does not start: ' + self.text())
        return self

    def says(self, word, times=1, seconds=WAITING):
        return grown(self.log, word, times, seconds)

    def text(self):
        with open(self.log, errors='replace') as log:
            return log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(WAITING)
        text = self.text()
        shutil.rmtree(self.directory, ignore_errors=True)
        return status, text

    def connect(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(os.path.join(self.directory, 'policy'))
        peer.settimeout(WAITING)
        return Peer(peer)


class Peer:
    """One connection, as an smtpd has it. Remembers how long the slowest answer took."""

    def __init__(self, peer):
        self.peer, self.file, self.slowest = peer, peer.makefile('rb'), 0.0

    def ask(self, **attributes):
        lines = ['request=smtpd_access_policy'] + ['%s=%s' % item for item in dict({'protocol_state': 'RCPT'}, **attributes).items()]
        started = time.monotonic()
        self.peer.sendall('\n'.join(lines).encode() + b'\n\n')
        answer = self.file.readline().decode().strip()
        self.file.readline()
        self.slowest = max(self.slowest, time.monotonic() - started)
        return answer

    def passes(self, times, **attributes):
        return [self.ask(**attributes) for _ in range(times)].count('action=DUNNO')

    def close(self):
        self.file.close()
        self.peer.close()
