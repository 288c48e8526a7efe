# SPDX-License-Identifier: Apache-2.0
"""The mail around a number. Without the number it says nothing of anybody, which the test checks first."""
import base64

NUMBER = '219-09-9998'
DIGITS = '219099998'
CUE = 'SSN '
BEFORE = 'Please update the chart.\n' + CUE
AFTER = '\nDiagnosis: type 2 diabetes, on metformin.\n'
HEAD = ('From: Desk <desk@hospital.example>\nTo: Reader <reader@clinic.example>\nSubject: papers\n'
        'Date: Mon, 23 Nov 2026 07:08:09 +0000\nMessage-ID: <1@hospital.example>\nMIME-Version: 1.0\n')


def lines(content):
    return content.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


def mail(content_type, body, encoding='8bit', head=HEAD):
    """A message of one part; `body` is what stands on the wire."""
    if isinstance(body, str):
        body = body.encode()
    fields = '%sContent-Type: %s\nContent-Transfer-Encoding: %s\n\n' % (head, content_type, encoding)
    return lines(fields.encode()) + lines(body)


def text(number, before=BEFORE, after=AFTER):
    """Plain text in UTF-8 with the number written so."""
    return mail('text/plain; charset=utf-8', before + number + after)


def html(number, style='', before=BEFORE, after=AFTER):
    body = '<html><head><style>%s</style></head><body><p>%s%s</p><p>%s</p></body></html>\n'
    return mail('text/html; charset=utf-8', body % (style, before, number, after))


def encoded(charset, label=None, body=BEFORE + NUMBER + AFTER):
    """In base64, in a charset, under the label of that or of another one."""
    content = body if isinstance(body, bytes) else body.encode(charset)
    return mail('text/plain; charset=' + (label or charset), base64.encodebytes(content).decode(), 'base64')


def subject(raw):
    """The number in the field, the rest in the body."""
    head = HEAD.replace('Subject: papers', 'Subject: ' + raw)
    return mail('text/plain; charset=utf-8', BEFORE[:-len(CUE)] + AFTER, head=head)


def multipart(kind, *parts, preamble='', epilogue=''):
    """Parts are texts with their own header, or (type, body)."""
    out = [preamble + '\n']
    for part in parts:
        head, body = part
        out.append('--cut\nContent-Type: %s\n\n%s\n' % (head, body))
    return mail('multipart/%s; boundary=cut' % kind, ''.join(out) + '--cut--\n' + epilogue)


def shifted(first_digit):
    """The number in the ten characters from there on."""
    return ''.join(chr(first_digit + int(c)) if c.isdigit() else c for c in NUMBER)


def joined(separator, number=NUMBER):
    return separator.join(number)
