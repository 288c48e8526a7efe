# SPDX-License-Identifier: Apache-2.0
"""Writes PDFs object by object (ISO 32000-1 7.5), by hand: so that each place of one can be filled, and broken."""
import hashlib
import zlib

PAD = bytes.fromhex('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A')  # 7.6.3.3


def stream(content, more='', compress=False):
    if compress:
        content, more = zlib.compress(content), more + '/Filter/FlateDecode'
    return b'<<%s/Length %d>>stream\n%s\nendstream' % (more.encode(), len(content), content)


def draw(text, at='72 700', size=12, before=''):
    """Operators that show the text."""
    return ('BT /F %d Tf %s %s Td (%s) Tj ET' % (size, before, at, text)).encode('latin-1')


class Pdf:
    """Objects 1 (catalog) and 2 (page tree) are there; the rest is added. Values are bytes or str."""

    def __init__(self, catalog='', trailer=''):
        self.objects = {}
        self.catalog, self.trailer = catalog, trailer
        self.kids = []
        self.next = 3

    def add(self, value):
        self.objects[self.next] = value.encode('latin-1') if isinstance(value, str) else value
        self.next += 1
        return self.next - 1

    def page(self, content=b'', more='', font='<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>', compress=False, resources=''):
        contents = self.add(stream(content, compress=compress))
        box = '' if '/MediaBox' in more else '/MediaBox[0 0 612 792]'
        self.kids.append(self.add('<</Type/Page/Parent 2 0 R%s/Contents %d 0 R/Resources<</Font<</F %s>>%s>>%s>>' %
                                  (box, contents, font, resources, more)))
        return self.kids[-1]

    def finish(self):
        self.objects[1] = ('<</Type/Catalog/Pages 2 0 R%s>>' % self.catalog).encode('latin-1')
        kids = ' '.join('%d 0 R' % kid for kid in self.kids)
        self.objects[2] = ('<</Type/Pages/Count %d/Kids[%s]>>' % (len(self.kids), kids)).encode()

    def build(self, head=b''):
        self.finish()
        return append(head + b'%PDF-1.7\n', self.objects, self.trailer)


def append(start, objects, trailer='', previous=None):
    """The objects behind what there is: a whole file, or an update of one (7.5.6)."""
    out, places = bytearray(start), {}
    for number, value in sorted(objects.items()):
        places[number] = len(out)
        out += b'%d 0 obj\n%s\nendobj\n' % (number, value)
    table = len(out)
    out += b'xref\n'
    if previous is None:
        out += b'0 1\n0000000000 65535 f \n'
    for number, place in places.items():
        out += b'%d 1\n%010d 00000 n \n' % (number, place)
    size = max(objects) + 1 if previous is None else previous['size']
    back = '' if previous is None else '/Prev %d' % previous['table']
    out += ('trailer\n<</Size %d/Root 1 0 R%s%s>>\nstartxref\n%d\n%%%%EOF\n' % (size, back, trailer, table)).encode()
    return bytes(out)


def update(pdf, objects, size, trailer=''):
    return append(pdf, objects, trailer, {'table': int(pdf.split(b'startxref\n')[-1].split()[0]), 'size': size})


def in_object_stream(pdf):
    """The same objects within one compressed stream, found by a cross-reference stream (7.5.7, 7.5.8)."""
    pdf.finish()
    plain = {n: v for n, v in pdf.objects.items() if b'stream\n' in v}
    packed = {n: v for n, v in pdf.objects.items() if n not in plain}
    holder, table = pdf.next, pdf.next + 1
    pairs, body = '', b''
    for number, value in sorted(packed.items()):
        pairs += '%d %d ' % (number, len(body))
        body += value + b' '
    plain[holder] = stream(pairs.encode() + body, '/Type/ObjStm/N %d/First %d' % (len(packed), len(pairs)), compress=True)
    out, rows = bytearray(b'%PDF-1.7\n'), {0: (0, 0, 65535)}
    for number, value in sorted(plain.items()):
        rows[number] = (1, len(out), 0)
        out += b'%d 0 obj\n%s\nendobj\n' % (number, value)
    for index, number in enumerate(sorted(packed)):
        rows[number] = (2, holder, index)
    rows[table] = (1, len(out), 0)
    entries = b''.join(bytes([kind]) + a.to_bytes(4, 'big') + b.to_bytes(2, 'big') for _, (kind, a, b) in sorted(rows.items()))
    place = len(out)
    out += b'%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n' % (
        table, stream(entries, '/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R' % (table + 1), compress=True), place)
    return bytes(out)


def rc4(key, data):
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)


def encrypted(content, user, owner):
    """A page whose content is encrypted as revision 2 has it (7.6.3), with these passwords."""
    pdf = Pdf()
    identity, rights = b'0123456789abcdef', -4
    owner_key = hashlib.md5((owner + PAD)[:32]).digest()[:5]
    o = rc4(owner_key, (user + PAD)[:32])
    key = hashlib.md5((user + PAD)[:32] + o + (rights & 0xFFFFFFFF).to_bytes(4, 'little') + identity).digest()[:5]
    u = rc4(key, PAD)
    number = pdf.next
    one = hashlib.md5(key + number.to_bytes(3, 'little') + b'\0\0').digest()[:10]
    pdf.page(rc4(one, content))
    pdf.trailer = '/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>' % (
        identity.hex(), identity.hex(), o.hex(), u.hex(), rights)
    return pdf.build()
