# SPDX-License-Identifier: Apache-2.0
"""What hides a marker, and the messages around it: pieces that tricks.py bends."""
import base64
import quopri

MARKER = '219-09-9998'
WORDS = 'Please update the chart of Ann Miller, SSN %s, type 2 diabetes, on metformin since May.\r\n'
TEXT = (WORDS % MARKER).encode()
HTML = (b'<div>Please update the chart of Ann Miller, SSN 219<b></b>-<i>09</i>-99<!-- -->98, type 2 diabetes, on '
        b'metformin.</div>\r\n')
QUIET = b'Please call back when you are at your desk.\r\n'
HEAD = (b'From: Desk <desk@hospital.example>\r\nTo: Reader <reader@clinic.example>\r\nSubject: papers\r\n'
        b'Date: Mon, 23 Nov 2026 07:08:09 +0000\r\nMessage-ID: <1@hospital.example>\r\nMIME-Version: 1.0\r\n')

TYPE, CODING = b'Content-Type: ', b'Content-Transfer-Encoding: '


def b64(content, width=76):
    text = base64.b64encode(content)
    return b'\r\n'.join(text[at:at + width] for at in range(0, len(text), width)) + b'\r\n'


def qp(content):
    """All letters and digits are encoded, so that nothing of it can be read as it stands."""
    out, line = [], b''
    for byte in content.rstrip(b'\r\n'):
        if len(line) > 70:
            out.append(line + b'=')
            line = b''
        line += b'=%02X' % byte
    return b'\r\n'.join(out + [line]) + b'\r\n'


def uu(content, name=b'note.txt'):
    import binascii
    lines = [binascii.b2a_uu(content[at:at + 45]).rstrip(b'\n') for at in range(0, len(content), 45)]
    return b'begin 644 ' + name + b'\r\n' + b'\r\n'.join(lines) + b'\r\n`\r\nend\r\n'


def yenc(content, name=b'note.txt'):
    out = b''
    for byte in content:
        byte = (byte + 42) % 256
        out += b'=' + bytes([(byte + 64) % 256]) if byte in b'\0\r\n=.' else bytes([byte])
    return (b'=ybegin line=%d size=%d name=%s\r\n' % (len(content), len(content), name) + out +
            b'\r\n=yend size=%d\r\n' % len(content))


def binhex(content, name=b'note.txt'):
    signs = b'!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr'
    head = bytes([len(name)]) + name + b'\0TEXTttxt\0\0' + len(content).to_bytes(4, 'big') + b'\0\0\0\0'
    data = (head + b'\0\0' + content + b'\0\0' + b'\0\0').replace(b'\x90', b'\x90\0')
    data += b'\0' * (-len(data) % 3)
    text = b':'
    for at in range(0, len(data), 3):
        bits = int.from_bytes(data[at:at + 3], 'big')
        text += bytes(signs[bits >> shift & 63] for shift in (18, 12, 6, 0))
    text += b':'
    return (b'(This file must be converted with BinHex 4.0)\r\n\r\n' +
            b'\r\n'.join(text[at:at + 64] for at in range(0, len(text), 64)) + b'\r\n')


class Part:
    """Lines of a header, without their ends, and a body."""

    def __init__(self, lines, body):
        self.lines, self.body = list(lines), body

    def __bytes__(self):
        return b''.join(line + b'\r\n' for line in self.lines) + b'\r\n' + self.body


def leaf(kind):
    """A part in which the marker can only be read by who knows its type or its encoding."""
    plain, markup = TYPE + b'text/plain; charset=utf-8', TYPE + b'text/html; charset=utf-8'
    return {
        'base64': lambda: Part([plain, CODING + b'base64'], b64(TEXT)),
        'base64 html': lambda: Part([markup, CODING + b'base64'], b64(HTML)),
        'quoted-printable': lambda: Part([plain, CODING + b'quoted-printable'], qp(TEXT)),
        'html': lambda: Part([markup, CODING + b'7bit'], HTML),
        'utf-16': lambda: Part([TYPE + b'text/plain; charset=utf-16', CODING + b'base64'],
                               b64(b'\xff\xfe' + TEXT.decode().encode('utf-16-le'))),
        'utf-7': lambda: Part([TYPE + b'text/plain; charset=utf-7', CODING + b'7bit'],
                              b'SSN +ADIAMQA5AC0AMAA5AC0AOQA5ADkAOA-, diabetes\r\n'),
    }[kind]()


QUIET_PART = Part([TYPE + b'text/plain; charset=us-ascii'], QUIET)


def multipart(parts, boundary=b'=_cut', subtype=b'mixed', parameter=None, tail=b''):
    """A Part that holds parts; `parameter` stands for the boundary's one."""
    parameter = b'; boundary="' + boundary + b'"' if parameter is None else parameter
    body = b''.join(b'--' + boundary + b'\r\n' + bytes(part).rstrip(b'\r\n') + b'\r\n' for part in parts)
    return Part([TYPE + b'multipart/' + subtype + parameter], body + b'--' + boundary + b'--\r\n' + tail)


def message(part):
    return HEAD + bytes(part)


# Where a part stands.
PLACES = {
    'alone': message,
    'first of two': lambda part: message(multipart([part, QUIET_PART])),
    'last of two': lambda part: message(multipart([QUIET_PART, part])),
    'alternative in mixed': lambda part: message(multipart(
        [multipart([QUIET_PART, part], b'=_inner', b'alternative'), QUIET_PART], b'=_outer')),
    'enclosed message': lambda part: message(multipart(
        [QUIET_PART, Part([TYPE + b'message/rfc822'], HEAD + bytes(part))])),
}
