# SPDX-License-Identifier: Apache-2.0
"""Files that are small and mean to be large, deep or slow (THREATS.md A3), each made anew: (name, mail, labels), where
one of the labels must be among those that say why the message is unscannable; none: any answer will do, but soon.

A new kind of file is a function that returns its bytes, and a row of FILES; of a whole message, a row of MAILS."""
import base64
import bz2
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

MIB = 1 << 20


def local(name, packed, size, method=8, flags=0):
    return struct.pack('<4sHHHHHLLLHH', b'PK\3\4', 20, flags, method, 0, 0, 0, packed, size, len(name), 0) + name


def central(name, packed, size, at, method=8):
    return struct.pack('<4sHHHHHHLLLHHHHHLL', b'PK\1\2', 20, 20, 0, method, 0, 0, 0, packed, size, len(name), 0, 0, 0,
                       0, 0, at) + name


def end(count, size, at):
    return struct.pack('<4sHHHHLLH', b'PK\5\6', 0, 0, min(count, 65535), min(count, 65535), size, at, 0)


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def deflated(size, letters=b'x'):
    """A stream of `size` bytes of the letters: one piece that stands for itself, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(letters * (MIB // len(letters))) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (size // MIB) + b'\3\0'


def member(data, size=0):
    """A gzip file of such a stream."""
    return b'\x1f\x8b\x08\0\0\0\0\0\0\x03' + data + struct.pack('<LL', 0, size & 0xFFFFFFFF)


def zip_of(name, data, size):
    head = local(name, len(data), size)
    record = central(name, len(data), size, 0)
    return head + data + record + end(1, len(record), len(head + data))


def zip_bomb():
    return zip_of(b'a.txt', deflated(300 * MIB), 300 * MIB)


def zip_deep():
    content = b'deep'
    for _ in range(100):
        content = zipped([('a.zip', content)])
    return content


def zip_nested():
    """After 42.zip: sixteen in each of sixteen, and so on."""
    inner = zipped([('%d.txt' % i, b'0' * 4 * MIB) for i in range(4)])
    for _ in range(4):
        inner = zipped([('%02d.zip' % i, inner) for i in range(16)])
    return inner


def zip_overlapping(count=3000):
    """Each entry of the directory leads to the same data."""
    data = deflated(MIB)
    head = local(b'a', len(data), MIB)
    records = b''.join(central(b'%d' % i, len(data), MIB, 0) for i in range(count))
    return head + data + records + end(count, len(records), len(head + data))


def zip_many(count=200000):
    """Nothing but entries."""
    return b''.join(local(b'a', 0, 0, 0) for _ in range(count)) + end(0, 0, 0)


def zip_slow(count=900):
    """Each header begins a stream without an end, of blocks that unpack to nothing, up to the end of the file."""
    return b''.join(local(b'a', 0, 0, 8, 8) for _ in range(count)) + b'\0\0\0\xff\xff' * (8 * MIB // 5)


class Bits:
    def __init__(self):
        self.bits = []

    def put(self, value, n):
        self.bits += [value >> i & 1 for i in range(n)]

    def code(self, value, n):
        """Huffman codes come with their first bit first."""
        self.bits += [value >> i & 1 for i in reversed(range(n))]

    def bytes(self):
        assert len(self.bits) % 8 == 0
        return bytes(sum(bit << i for i, bit in enumerate(self.bits[at:at + 8])) for at in range(0, len(self.bits), 8))


def literal(n):
    """Head of a stored block of n bytes: five bytes."""
    return struct.pack('<BHH', 0, n, n ^ 0xFFFF)


def repeat_20():
    """The last 20 bytes again, in five bytes: twice length 10 at distance 20."""
    out = Bits()
    out.put(2, 3)
    for _ in range(2):
        out.code(264 - 256, 7)
        out.code(8, 5)
        out.put(20 - 17, 3)
    out.code(0, 7)
    return out.bytes()


def quine(prefix, repeat, suffix):
    """A stream that unpacks to itself with what is around it (Russ Cox, "Zip Files All The Way Down", 2010)."""
    p, s = len(prefix) + 5, len(suffix) + 5
    assert s == 20
    l0, l4, r4 = literal(0), literal(20), repeat_20()
    steps = [literal(p), prefix, literal(p), repeat, literal(5), repeat, literal(5), literal(5), l4, repeat, literal(5),
             literal(5), l4, r4, l4, r4, l4, r4, l4, r4, l4, r4, l0, l0, literal(s), r4, l0, l0, literal(s), r4, suffix,
             r4]
    return prefix + b''.join(steps) + suffix


# Two blocks, the last one empty, as the end of a stream.
LAST = literal(0) + b'\3\0'


def gzip_quine():
    prefix = b'\x1f\x8b\x08\x08\0\0\0\0\0\x03' + b'quin\0'
    return quine(prefix, repeat_20(), LAST + b'\0' * 8)


def quine_in_zip():
    return zipped([('a.gz', gzip_quine())])


def gzip_bomb():
    return member(deflated(300 * MIB))


def gzip_dense():
    """Text that stays below every limit of unpacking, to see what is made of it."""
    line = b'%07d Marlowe Quillfeather was here and there, and then went home again\n'
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = b''.join(line % i for i in range(MIB // 70))
    return b''.join([packer.compress(block) for _ in range(56)] + [packer.flush()])


def gzip_deep():
    content = b'deep'
    for _ in range(100):
        content = deflate_member(content)
    return content


def deflate_member(content):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def bzip2_bomb():
    return bz2.compress(b'\0' * 4 * MIB) * 50


def xz_bomb():
    return lzma.compress(b'\0' * 4 * MIB) * 50


def xz_dictionary():
    """Wants a dictionary of 3 GiB for one word."""
    stream = bytearray(lzma.compress(b'word', check=lzma.CHECK_NONE, filters=[{'id': lzma.FILTER_LZMA2, 'preset': 0}]))
    head = bytearray(stream[12:12 + (stream[12] + 1) * 4])
    head[4] = 39  # 3 GiB
    head[-4:] = struct.pack('<L', zlib.crc32(bytes(head[:-4])))
    stream[12:12 + len(head)] = head
    return bytes(stream)


def zstd_bomb():
    """Blocks of one byte each, repeated 128 Ki times ([RFC 8878] 3.1.1.2)."""
    blocks = [struct.pack('<L', (128 << 10) << 3 | 1 << 1)[:3] + b'x' for _ in range(4000)]
    return b'\x28\xb5\x2f\xfd\x00\x58' + b''.join(blocks) + b'\1\0\0'


def tar_hole():
    """One byte, behind a terabyte of nothing (GNU's old sparse header)."""
    info = tarfile.TarInfo('a')
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[124:136] = b'00000000001\0'
    head[156:157] = b'S'
    at = (1 << 40).to_bytes(12, 'big')
    head[386:398] = b'\x80' + at[1:]
    head[398:410] = b'00000000001\0'
    head[483:495] = b'\x80' + ((1 << 40) + 1).to_bytes(12, 'big')[1:]
    head[148:156] = b' ' * 8
    head[148:156] = b'%06o\0 ' % sum(head)
    return bytes(head) + b'x'.ljust(512, b'\0') + b'\0' * 1024


def tar_many():
    return deflate_member(tarfile.TarInfo('a').tobuf(tarfile.GNU_FORMAT) * 20000)


def laughs(head=b''):
    entities = b''.join(b'<!ENTITY l%d "%s">' % (i, b'&l%d;' % (i - 1) * 10) for i in range(1, 10))
    return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">%s]><a>%s&l9;</a>' % (entities, head)


def quadratic():
    return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "%s">]><a>%s</a>' % (b'x' * 200000, b'&l;' * 200000)


def docx(document):
    types = (b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
             b'wordprocessingml.document.main+xml"/></Types>')
    return zipped([('[Content_Types].xml', types), ('word/document.xml', document)])


def docx_bomb():
    name, data = b'word/document.xml', deflated(200 * MIB, b'<w:p><w:r><w:t>x</w:t></w:r></w:p>')
    return zip_of(name, data, 200 * MIB)


def docx_laughs():
    return docx(laughs())


def xml_deep():
    return b'<?xml version="1.0"?>' + b'<a>' * 2000000


def json_deep():
    return b'[' * 8 * MIB


def png_large():
    head = struct.pack('>LLBBBBB', 0x7FFFFFFF, 0x7FFFFFFF, 16, 6, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + struct.pack('>L', len(head)) + b'IHDR' + head +
            struct.pack('>L', zlib.crc32(b'IHDR' + head)) + struct.pack('>L', 0xFFFFFFF0) + b'IDAT' + b'x' * 1000)


# name of the file, how it is made, what must be said of it
FILES = (
    ('bomb.zip', zip_bomb, {'ratio', 'size'}),
    ('nested.zip', zip_nested, {'ratio', 'size'}),
    ('overlapping.zip', zip_overlapping, {'ratio', 'size'}),
    ('many.zip', zip_many, {'parts'}),
    ('slow.zip', zip_slow, {'timeout', 'format'}),
    ('deep.zip', zip_deep, {'depth'}),
    ('quine.zip', quine_in_zip, {'depth'}),
    ('bomb.gz', gzip_bomb, {'ratio', 'size'}),
    ('dense.gz', gzip_dense, {'size'}),
    ('deep.gz', gzip_deep, {'depth'}),
    ('quine.gz', gzip_quine, {'depth'}),
    ('bomb.bz2', bzip2_bomb, {'ratio', 'size'}),
    ('bomb.xz', xz_bomb, {'ratio', 'size'}),
    ('dictionary.xz', xz_dictionary, {'memory'}),
    ('bomb.zst', zstd_bomb, {'ratio', 'size'}),
    ('hole.tar', tar_hole, {'ratio', 'size'}),
    ('many.tar.gz', tar_many, {'parts'}),
    ('laughs.xml', laughs, set()),
    ('quadratic.xml', quadratic, set()),
    ('deep.xml', xml_deep, set()),
    ('deep.json', json_deep, set()),
    ('bomb.docx', docx_bomb, {'ratio', 'size'}),
    ('laughs.docx', docx_laughs, set()),
    ('large.png', png_large, set()),
)


def mime_many():
    return (b'Content-Type: multipart/mixed; boundary=b\r\n\r\n' + b'--b\r\n\r\nx\r\n' * 1000000 + b'--b--\r\n')


def mime_deep():
    return b''.join(b'Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n' % (i, i) for i in range(100000))


def mime_messages():
    return b'Content-Type: message/rfc822\r\n\r\n' * 300000 + b'Subject: deep\r\n\r\ndeep\r\n'


def regex_digits():
    return b'Subject: x\r\n\r\n' + b'1-1 ' * (2 * MIB)


def regex_names():
    return b'Subject: x\r\n\r\n' + b'Aaaaaa Aaaaaa, DOB 1/1/ MRN: \r\n' * (8 * MIB // 31)


def regex_spaces():
    return b'Subject: x\r\n\r\npatient' + b' \t' * (4 * MIB) + b'\r\n'


# whole messages
MAILS = (
    ('a million parts', mime_many, {'parts'}),
    ('deep multiparts', mime_deep, {'depth', 'parts', 'headers'}),
    ('deep messages', mime_messages, {'depth', 'parts', 'headers'}),
    ('digits for patterns', regex_digits, set()),
    ('half dates and names', regex_names, set()),
    ('nothing but spaces', regex_spaces, set()),
)


def attached(name, content):
    return (b'From: Ward 4 <ward@lakemont.example>\r\nTo: b@b.example\r\nSubject: file\r\nMIME-Version: 1.0\r\n'
            b'Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: application/octet-stream\r\n'
            b'Content-Disposition: attachment; filename="%s"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--cut--\r\n'
            % (name.encode(), base64.encodebytes(content)))


def mails():
    """Each as (name, mail, labels)."""
    for name, make, labels in FILES:
        yield name, attached(name, make()), labels
    for name, make, labels in MAILS:
        yield name, make(), labels
