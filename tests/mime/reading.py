# SPDX-License-Identifier: Apache-2.0
"""What our reader makes of messages, by the program of reader.c."""
import os
import subprocess
import threading

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('top_builddir') or TOP


class Reading:
    def __init__(self, head, segments):
        parts, unscannable, unread, traits, ms = head.split(' ')
        self.parts, self.unread, self.ms = int(parts), int(unread), int(ms)
        self.unscannable = [] if unscannable == '-' else unscannable.split(',')
        self.traits = [] if traits == '-' else traits.split(',')
        self.segments = segments

    def text(self):
        return '\n'.join(text for _, _, text in self.segments)


def unescaped(text):
    known = {'n': '\n', 'r': '\r', 't': '\t', '\\': '\\'}
    pieces = text.split('\\')
    out = [pieces.pop(0)]
    while pieces:
        piece = pieces.pop(0)
        if piece == '':  # an escaped backslash: what follows is plain
            out.append('\\' + (pieces.pop(0) if pieces else ''))
        else:
            out.append(known[piece[0]] + piece[1:])
    return ''.join(out)


def feed(pipe, messages):
    for message in messages:
        pipe.write(b'%d\n' % len(message) + message)
    pipe.close()


def read_all(messages):
    """A Reading for each; raises when the program dies, with the number of the message."""
    child = subprocess.Popen([os.path.join(BUILD, 'tests', 'mime', 'reader')], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    writer = threading.Thread(target=feed, args=(child.stdin, messages), daemon=True)
    writer.start()
    readings, head, segments = [], None, []
    for line in child.stdout:
        line = line.decode('utf-8').rstrip('\n')
        if head is None:
            head = line
        elif line == '.':
            readings.append(Reading(head, segments))
            head, segments = None, []
        else:
            segments.append([unescaped(field) for field in line.split('\t')])
    child.stdout.close()
    if child.wait() != 0 or len(readings) != len(messages):
        raise RuntimeError('the reader ended with %d at message %d' % (child.returncode, len(readings)))
    return readings
