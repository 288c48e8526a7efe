#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: legacy.py FOLDER

Writes files of legacy formats with a marker at each place where they can hide text into FOLDER/cfb, FOLDER/rtf and
FOLDER/tnef: seeds of the fuzzers (tests/fuzz/corpus), and what tests/unit/format/legacy.c looks into. All from the
specifications, so small that a person can follow them."""
import os
import struct
import sys
import zlib

from compound import Compound, packager, properties


# -- DOC: the texts, and runs of them with modifiers ([MS-DOC])

VANISH, DELETED, IN_TABLE, ROW_END = 0x083C, 0x0800, 0x2416, 0x2417


def page(bounds, lists, entry):
    """A page of properties: bounds in the file, then for each run the list of its modifiers."""
    n = len(lists)
    head = struct.pack('<%dI' % (n + 1), *bounds)
    at, offsets, tail = 511, [], b''
    body = bytearray(512)
    for modifiers in lists:
        grpprl = b''.join(struct.pack('<HB', code, 1) for code in modifiers)
        if entry == 13:
            grpprl = struct.pack('<H', 0) + grpprl
            grpprl += b'\0' * ((len(grpprl) + 1) % 2)
            raw = bytes([(len(grpprl) + 1) // 2]) + grpprl
        else:
            raw = bytes([len(grpprl)]) + grpprl
        if not modifiers:
            offsets.append(0)
            continue
        at -= len(raw)
        at -= at % 2
        body[at:at + len(raw)] = raw
        offsets.append(at // 2)
    body[:len(head)] = head
    for i, offset in enumerate(offsets):
        body[len(head) + i * entry] = offset
    body[511] = n
    return bytes(body)


def doc(texts, runs=(), paragraphs=(), left_over='', encrypted=False, wide=True):
    """texts: seven strings in the order of the FIB. runs, paragraphs: (substring, modifiers). Half of the text is
    8-bit, in a piece of its own, when not all of it is wide."""
    whole = ''.join(texts)
    start = 1024
    cut = len(whole) if wide else len(whole) // 2
    raw = whole[:cut].encode('utf-16le')
    second = start + len(raw)
    raw += whole[cut:].encode('cp1252')

    def place(cp):
        return start + cp * 2 if cp <= cut else second + cp - cut

    def spans(wanted, entry):
        bounds, lists, at = [start], [], 0
        for text, modifiers in sorted(wanted, key=lambda w: whole.index(w[0])):
            first = whole.index(text)
            if first > at:
                bounds.append(place(first))
                lists.append([])
            at = first + len(text)
            bounds.append(place(at))
            lists.append(modifiers)
        return page(bounds, lists, entry) if lists else page([start, start + 1], [[]], entry)

    main = bytearray(start) + raw
    main += left_over.encode('utf-16le')
    main = main.ljust(-(-len(main) // 512) * 512, b'\0')
    character_page = len(main) // 512
    main += spans(runs, 1) + spans(paragraphs, 13)
    pieces = [0, cut] + ([len(whole)] if cut < len(whole) else [])
    clx = struct.pack('<%dI' % len(pieces), *pieces) + struct.pack('<HIH', 0, start, 0)
    if cut < len(whole):
        clx += struct.pack('<HIH', 0, second * 2 | 0x40000000, 0)
    clx = struct.pack('<BI', 2, len(clx)) + clx
    lists = [struct.pack('<III', start, place(len(whole)), character_page + i) for i in (0, 1)]
    table, at = clx + b'Author Vale 127 of comments\0' + b''.join(lists), len(clx) + 28
    struct.pack_into('<HHHHHH', main, 0, 0xA5EC, 0xC1, 0, 0x409, 0, 0x0200 | (0x100 if encrypted else 0))
    struct.pack_into('<H', main, 32, 14)
    struct.pack_into('<H', main, 62, 22)
    counts = [len(text) for text in texts]
    struct.pack_into('<3I', main, 64 + 12, *counts[:3])
    struct.pack_into('<4I', main, 64 + 28, *counts[3:])
    struct.pack_into('<H', main, 152, 93)
    struct.pack_into('<II', main, 154 + 12 * 8, at, 12)
    struct.pack_into('<II', main, 154 + 13 * 8, at + 12, 12)
    struct.pack_into('<II', main, 154 + 33 * 8, 0, len(clx))
    return bytes(main), table


def old_doc(text):
    """Word 6: 8-bit text in one piece."""
    raw = text.encode('cp1251')
    main = bytearray(768) + raw + b'\0' * 64 + b'Left Vale 131 behind'
    struct.pack_into('<HHHHHH', main, 0, 0xA5DC, 0x65, 0, 0x419, 0, 0)
    struct.pack_into('<II', main, 0x18, 768, 768 + len(raw))
    struct.pack_into('<I', main, 0x34, len(raw))
    return Compound().add('WordDocument', bytes(main).ljust(4608, b'\0')).bytes()


def doc_file():
    field = '\x13 HYPERLINK "http://there.example/Vale 110" \x14Vale 111\x15'
    body = 'Main text Vale 101. Hidden Vale 102. Deleted Vale 103. Split Va\x1fle 104. ' + field + '\r'
    texts = [body + 'Name|Born|!Zoe Vale 112||!\r', '\x02 Note Vale 105\r', 'Header Vale 106\r', '\x05Comment Vale 107\r',
             '\x02 End Vale 108\r', 'Box Vale 109\r', 'Header box Vale 113\r']
    # "|" and "!" stand for the marks while places are looked up.
    main, side = doc(texts, [('Hidden Vale 102.', [VANISH]), ('Deleted Vale 103.', [DELETED])],
                     [('Name|Born|', [IN_TABLE]), ('!', [IN_TABLE, ROW_END]), ('Zoe Vale 112||', [IN_TABLE]),
                      ('!\r', [IN_TABLE, ROW_END])], 'Earlier Vale 114 save')
    return main.replace('|'.encode('utf-16le'), b'\x07\0').replace('!'.encode('utf-16le'), b'\x07\0'), side


def make_documents(write):
    main, side = doc_file()
    inner_main, inner_side = doc(['Inner Vale 115\r'] + [''] * 6)
    sheet = workbook([('Inner', 0, [label(0, 0, 'Inner Vale 116')], b'')])
    write('cfb/places.doc', Compound().add('WordDocument', main).add('1Table', side)
          .add('\5SummaryInformation', properties(1252, {2: 'Title Vale 117', 4: 'Author Vale 118', 6: 'Remark Vale 119'}))
          .add('\5DocumentSummaryInformation', properties(1252, {2: 'Own Vale 120'}, {2: 'Patient'}))
          .add('ObjectPool/_1001/WordDocument', inner_main).add('ObjectPool/_1001/1Table', inner_side)
          .add('ObjectPool/_1002/Workbook', sheet)
          .add('ObjectPool/_1003/\1Ole10Native', packager('Vale 121.txt', b'Packed Vale 122 text'))
          .add('Macros/VBA/Module1', b'\1' + vba('Attribute VB_Name = "Module1"\r\n\' Vale 123 Vale 123 note\r\n'))
          .add('Macros/VBA/_VBA_PROJECT', b'raw Vale 124 run')
          .add('Nobody', 'Unknown Vale 125 stream'.encode('utf-16le'))
          .add('Lost', b'Unlinked Vale 126 stream', linked=False).bytes())
    main, side = doc(['M\xfcnchen Vale 128\r' + 'x' * 40 + '\rTail Vale 129 \u2013 8-bit\r'] + [''] * 6, wide=False)
    write('cfb/pieces.doc', Compound(4).add('WordDocument', main).add('1Table', side).bytes())
    write('cfb/word6.doc', old_doc('Old \u041c\u0438\u0440 Vale 130\r'))
    main, side = doc(['secret\r'] + [''] * 6, encrypted=True)
    write('cfb/locked.doc', Compound().add('WordDocument', main).add('1Table', side).bytes())
    write('cfb/encrypted.docx', Compound().add('EncryptionInfo', b'\4\0\4\0').add('EncryptedPackage', b'\1' * 64).bytes())
    write('cfb/unknown.pub', Compound().add('Contents', 'Quill Vale 132 text'.encode('utf-16le') + b'\0\0\xff\xfePlain Vale 133 text\0').bytes())


# One module's source, compressed without and with a copy ([MS-OVBA] 2.4.1.3).
def vba(text):
    raw, out, at = text.encode(), b'', 0
    while at < len(raw):
        flags, tokens = 0, b''
        for bit in range(8):
            if at >= len(raw):
                break
            found = -1
            for n in range(9, 2, -1):
                if at + n <= len(raw):
                    found = raw.rfind(raw[at:at + n], 0, at)
                    if found >= 0:
                        break
            if found < 0 or at < 16:
                tokens += raw[at:at + 1]
                at += 1
                continue
            bits = 4
            while (1 << bits) < at:
                bits += 1
            tokens += struct.pack('<H', (at - found - 1) << (16 - bits) | (n - 3))
            flags |= 1 << bit
            at += n
        out += bytes([flags]) + tokens
    return struct.pack('<H', 0xB000 | (len(out) + 2 - 3)) + out


# -- XLS: records ([MS-XLS])

def record(kind, body):
    return struct.pack('<HH', kind, len(body)) + body


def string(text, wide=None, short=False):
    wide = any(ord(c) > 255 for c in text) if wide is None else wide
    raw = text.encode('utf-16le') if wide else text.encode('latin-1')
    return struct.pack('<BB' if short else '<HB', len(text), wide) + raw


def label(row, column, text, xf=0):
    return record(0x0204, struct.pack('<HHH', row, column, xf) + string(text))


def number(row, column, value, xf=0):
    return record(0x0203, struct.pack('<HHHd', row, column, xf, value))


def comment(row, column, object_id, text):
    cut = len(text) // 2
    parts = record(0x5D, struct.pack('<HHHHH', 0x15, 18, 0x19, object_id, 0) + b'\0' * 12)
    parts += record(0x1B6, struct.pack('<HH6xHHI', 0, 0, len(text), 16, 0)[:18])
    parts += record(0x3C, b'\0' + text[:cut].encode('latin-1')) + record(0x3C, b'\1' + text[cut:].encode('utf-16le'))
    parts += record(0x3C, b'\0' * 16)
    note = record(0x1C, struct.pack('<HHHH', row, column, 0, object_id) + string('Author Vale 227') + b'\0') if row is not None else b''
    return parts, note


def workbook(sheets, head=b'', shared=b'', version=0x0600, codepage=None):
    """sheets: (name, hidden, records, what stands before them)."""
    begin = record(0x809, struct.pack('<HHHHII', version, 5, 0, 0, 0, 0)[:16 if version == 0x0600 else 8])
    named = [(n if version == 0x0600 else n) for n, *_ in sheets]

    def entry(at, hidden, name):
        body = string(name, short=True) if version == 0x0600 else bytes([len(name)]) + name.encode('cp1251')
        return record(0x85, struct.pack('<IBB', at, hidden, 0) + body)

    size = len(begin) + len(head) + len(shared) + sum(len(entry(0, 0, n)) for n in named) + 4
    parts, entries = b'', b''
    for name, hidden, records, before in sheets:
        part = record(0x809, struct.pack('<HHHHII', version, 0x10, 0, 0, 0, 0)[:16 if version == 0x0600 else 8])
        part += before + b''.join(records) + record(0x0A, b'')
        entries += entry(size + len(parts), hidden, name)
        parts += part
    return begin + head + entries + shared + record(0x0A, b'') + parts


def shared_strings():
    """Strings that go over from record to record: 8-bit to UTF-16, rich, with far-east data."""
    text = 'Cut Vale 202\u2013'
    first = string('Shared Vale 201') + struct.pack('<HB', len(text), 0) + b'Cut Val'
    second = b'\1' + 'e 202\u2013'.encode('utf-16le')
    rich = struct.pack('<HBH', 13, 8, 2) + b'Rich Vale 203' + b'\0' * 8
    east = struct.pack('<HBI', 9, 5, 6) + '\u60a3\u8005 Vale '.encode('utf-16le')[:16] + '4'.encode('utf-16le') + b'\0' * 6
    return record(0xFC, struct.pack('<II', 4, 4) + first) + record(0x3C, second + rich) + record(0x3C, b'') + record(0x3C, east)


def make_workbooks(write):
    head = record(0x22, struct.pack('<H', 0)) + record(0x5C, string('User Vale 220').ljust(112, b' '))
    head += record(0x41E, struct.pack('<H', 170) + string('dd/mm/yyyy')) + record(0x41E, struct.pack('<H', 171) + string('000\\-00\\-0000'))
    for fmt in (0, 14, 170, 171, 22):
        head += record(0xE0, struct.pack('<HH16x', 0, fmt))
    head += record(0x18, struct.pack('<HBBHHHBBBB', 0, 0, 13, 20, 0, 0, 0, 0, 0, 0) + b'\0Name_Vale_221' + b'\x17\x08\0Vale 222')
    shared = shared_strings()

    def cell(row, column, i):
        return record(0xFD, struct.pack('<HHHI', row, column, 0, i))
    formula = record(6, struct.pack('<HHHBBHHHHIH', 2, 1, 0, 0, 0, 0, 0, 0xFFFF, 0, 0, 11) + b'\x17\x08\0Vale 206')
    obj1, note1 = comment(4, 2, 7, 'Comment Vale 210 here')
    obj2, note2 = comment(None, None, 8, 'Box Vale 211 here')
    cells = [label(5, 0, 'Label Vale 204'), cell(0, 0, 0), cell(0, 1, 1), cell(1, 0, 2), cell(1, 1, 3),
             record(0xD6, struct.pack('<HHH', 2, 0, 0) + string('Rstring Vale 205') + b'\0\0'), formula,
             record(0x207, string('Result Vale 207')), number(3, 0, 22349.0, 1), number(3, 1, 22349.5, 4),
             record(0x27E, struct.pack('<HHHI', 3, 2, 3, 123456789 << 2 & 0xFFFFFFFF | 2)),
             record(0xBD, struct.pack('<HH', 3, 3) + struct.pack('<HI', 0, 4712 << 2 | 2) + struct.pack('<HI', 2, 22349 << 2 | 2) + struct.pack('<H', 4)),
             obj1, obj2, note1, note2]
    before = record(0x14, string('&LHead Vale 208&C&"Arial,Bold"&12&A')) + record(0x15, string('&RFoot Vale 209'))
    hidden = [label(0, 0, 'Hidden Vale 212'), comment(0, 0, 9, 'Remark Vale 213')[0] + comment(0, 0, 9, 'Remark Vale 213')[1]]
    link = record(0x1B8, struct.pack('<HHHH', 0, 0, 0, 0) + b'\0' * 24 + 'http://there.example/Vale 223'.encode('utf-16le'))
    valid = record(0x1BE, b'\0' * 8 + string('Pick Vale 224', wide=True))
    outside = record(0x1AE, struct.pack('<HH', 1, 0) + string('C:\\Vale 225.xls', wide=True)) + record(0x5A, b'\0' * 4 + b'\2' + string('Cached Vale 226'))
    book = workbook([('Patients', 0, cells + [link, valid], before), ('Archive', 1, hidden, b''),
                     ('Deep', 2, [label(6, 1, 'Deep Vale 214')], b'')], head, shared + outside)
    # A part that the list of sheets does not name.
    book += record(0x809, struct.pack('<HHHHII', 0x600, 0x10, 0, 0, 0, 0)) + label(0, 0, 'Unlisted Vale 215') + record(0x0A, b'')
    write('cfb/places.xls', Compound().add('Workbook', book)
          .add('\5SummaryInformation', properties(1252, {3: 'Subject Vale 216'}))
          .add('MBD0001/\1Ole10Native', packager('Vale 217.csv', b'Name,Born\nPacked Vale 218,1961-03-09\n'))
          .add('_SX_DB_CUR/0001', record(0xCD, string('Pivot Vale 219', wide=True))).bytes())
    old = workbook([('\u041b\u0438\u0441\u0442', 0, [record(0x0204, struct.pack('<HHHH', 1, 1, 0, 12) + '\u041c\u0438\u0440 Vale 228'.encode('cp1251')),
                    record(0x1C, struct.pack('<HHH', 1, 1, 13) + b'Note Vale 229')], record(0x14, b'\x0dHead Vale 230'))],
                   record(0x42, struct.pack('<H', 1251)) + record(0x22, struct.pack('<H', 1)) + record(0xE0, struct.pack('<HH12x', 0, 14)), b'', 0x0500)
    old += record(0x809, struct.pack('<HHHH', 0x500, 0x10, 0, 0)) + number(0, 0, 20887.0) + record(0x0A, b'')
    write('cfb/excel5.xls', Compound().add('Book', old).bytes())
    write('cfb/locked.xls', Compound().add('Workbook', record(0x809, struct.pack('<HHHHII', 0x600, 5, 0, 0, 0, 0)) +
          record(0x2F, b'\1\0' + b'\7' * 52) + record(0x85, b'\7' * 20)).bytes())


# -- PPT: records in records ([MS-PPT])

def atom(kind, body, instance=0):
    return struct.pack('<HHI', instance << 4, kind, len(body)) + body


def box(kind, *parts, instance=0):
    body = b''.join(parts)
    return struct.pack('<HHI', instance << 4 | 15, kind, len(body)) + body


def make_presentations(write):
    def shape(text):
        return box(0xF002, box(0xF003, box(0xF004, box(0xF00D, atom(4000, text.encode('utf-16le'))))))
    info = atom(1017, struct.pack('<IIBBHBBH', 0, 0, 0, 0, 4, 0, 0, 0))
    comments = box(5000, box(12000, atom(4026, 'Author Vale 307'.encode('utf-16le')), atom(4026, 'Comment Vale 308'.encode('utf-16le'), 1)))
    alternative = atom(0xF00B, struct.pack('<HI', 0xC381, 30) + 'Drawn Vale 309'.encode('utf-16le') + b'\0\0', 1)
    outline = box(4080, atom(1011, b'\0' * 20), atom(3999, b'\0' * 4), atom(4008, b'Outline Vale 301\rV\xe4le'),
                  atom(1011, b'\0' * 20), atom(4000, 'Second Vale 302'.encode('utf-16le')))
    inner = Compound().add('WordDocument', doc(['Object Vale 312\r'] + [''] * 6)[0]).add('1Table', doc(['Object Vale 312\r'] + [''] * 6)[1]).bytes()
    packed = atom(4113, struct.pack('<I', len(inner)) + zlib.compress(inner), 1)
    document = box(1000, outline, box(4080, atom(1011, b'\0' * 20), atom(4008, b'Listed Vale 310'), instance=2),
                   box(4057, atom(4026, 'Footer Vale 311'.encode('utf-16le'), 2)))
    stream = document + box(1016, shape('Master Vale 303')) + box(1006, atom(1007, b'\0' * 24), shape('Slide Vale 304'), comments)
    stream += box(1006, info, shape('Hidden Vale 305'), alternative) + box(1008, shape('Notes Vale 306')) + packed
    user = atom(0xFF6, struct.pack('<IIIHHBBH', 20, 0xE391C05F, 0, 14, 0x3F4, 3, 0, 0) + b'User Vale 313')
    write('cfb/places.ppt', Compound().add('PowerPoint Document', stream).add('Current User', user)
          .add('\5SummaryInformation', properties(1252, {2: 'Title Vale 314'})).bytes())
    user = atom(0xFF6, struct.pack('<IIIHHBBH', 20, 0xF3D1C4DF, 0, 14, 0x3F4, 3, 0, 0))
    write('cfb/locked.ppt', Compound().add('PowerPoint Document', b'\7' * 64).add('Current User', user).bytes())


# -- MSG ([MS-OXMSG]) and TNEF ([MS-OXTNEF])

DICTIONARY = (b'{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript '
              b'\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par '
              b'\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx')


def lzfu(text):
    """Compressed RTF; the start is copied from the dictionary, the rest stands as it is."""
    out = b''
    tokens = []
    at = 0
    window = bytearray(DICTIONARY.ljust(4096, b'\0'))
    place = len(DICTIONARY)
    while at < len(text):
        n = min(17, len(text) - at)
        while n >= 2 and DICTIONARY.find(text[at:at + n]) < 0:
            n -= 1
        piece = text[at:at + n] if n >= 2 else text[at:at + 1]
        tokens.append(struct.pack('>H', DICTIONARY.find(piece) << 4 | (n - 2)) if n >= 2 else piece)
        place += len(piece)
        at += len(piece)
    tokens.append(struct.pack('>H', place % 4096 << 4))
    for i in range(0, len(tokens), 8):
        out += bytes([sum(1 << k for k, t in enumerate(tokens[i:i + 8]) if len(t) == 2)]) + b''.join(tokens[i:i + 8])
    assert place < 4096 and window
    return struct.pack('<III', len(out) + 12, len(text), 0x75465A4C) + b'\0' * 4 + out


FROM_HTML = (b'{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}'
             b'{\\*\\htmltag19 <html>}{\\*\\htmltag50 <body>}{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 '
             b'Seen V{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 ale %d{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 '
             b'\\htmlrtf\\par}\\htmlrtf0 {\\*\\htmltag241 <!-- Aside Vale %d -->}{\\*\\htmltag58 </body>}}')


def message(store, folder, values, named=(), times=(), header=24):
    """values: tag -> bytes."""
    fixed = b'\0' * header + struct.pack('<IIQ', 0x3FFD0003, 6, 1252)
    for tag, value in times:
        fixed += struct.pack('<IIQ', tag, 6, value)
    store.add(folder + '__properties_version1.0', fixed)
    for tag, value in values.items():
        store.add(folder + '__substg1.0_%08X' % tag, value)


def wide(text):
    return text.encode('utf-16le')


def make_messages(write):
    born = (11644473600 + (-3221) * 86400) * 10000000
    store = Compound()
    message(store, '', {0x0037001F: wide('Subject Vale 401'), 0x1000001F: wide('Body Vale 402'), 0x0C1A001F: wide('Sender Vale 403'),
                        0x10130102: b'<p>Page Vale 404<!-- Aside Vale 405 --></p>', 0x10090102: lzfu(FROM_HTML % (406, 407)),
                        0x007D001F: wide('Received: by Vale 408'), 0x8000001F: wide('Named Vale 409'), 0x3A06001E: b'M\xfcller Vale 410',
                        0x0E1D001F: wide('Normal Vale 411'), 0x66AA0102: b'\1\2Binary Vale 412\0', 0x8001101F: b'\7\0\0\0'},
            times=[(0x3A420040, born)], header=32)
    store.add('__substg1.0_8001101F-00000000', wide('Several Vale 413'))
    store.add('__nameid_version1.0/__substg1.0_00030102', struct.pack('<IHHIHH', 0, 5, 0, 44, 5, 1))
    store.add('__nameid_version1.0/__substg1.0_00040102', struct.pack('<I', 40) + wide('Chart number of them')[:40] + struct.pack('<I', 26) + wide('Name Vale 425')[:26])
    store.add('__recip_version1.0_#00000000/__properties_version1.0', b'\0' * 8)
    store.add('__recip_version1.0_#00000000/__substg1.0_3001001F', wide('Recipient Vale 414'))
    first = '__attach_version1.0_#00000000/'
    message(store, first, {0x3707001F: wide('long name Vale 415.txt'), 0x3704001F: wide('SHORTV~1.TXT'), 0x37010102: b'Attached Vale 416 text',
                           0x370E001F: wide('text/plain')}, header=8)
    second = '__attach_version1.0_#00000001/'
    message(store, second, {0x3001001F: wide('Vale 417')}, header=8)
    inner = second + '__substg1.0_3701000D/'
    message(store, inner, {0x0037001F: wide('Inner Vale 418'), 0x1000001E: b'Inner body Vale 419 \x80'})
    message(store, inner + first, {0x3707001E: b'Vale 420.csv', 0x37010102: b'Name,Chart\nZoe Vale 421,77\n'}, header=8)
    message(store, inner + second + '__substg1.0_3701000D/', {0x1000001F: wide('Innermost Vale 422')})
    store.add('Stray', b'stray Vale 423 run')
    write('cfb/places.msg', store.bytes())
    store = Compound(4)
    message(store, '', {0x0037001E: b'8-bit Vale 424'}, header=32)
    write('cfb/version4.msg', store.bytes())


def attribute(level, kind, data, checksum=None):
    return struct.pack('<BII', level, kind, len(data)) + data + struct.pack('<H', sum(data) & 0xFFFF if checksum is None else checksum)


def mapi(properties_of):
    out = struct.pack('<I', len(properties_of))
    for tag, value, *name in properties_of:
        kind = tag & 0xFFFF
        out += struct.pack('<HH', kind, tag >> 16)
        if name:
            raw = wide(name[0]) + b'\0\0'
            out += b'\7' * 16 + struct.pack('<II', 1, len(raw)) + raw.ljust(-(-len(raw) // 4) * 4, b'\0')
        if kind in (0x1E, 0x1F, 0x102, 0x0D):
            out += struct.pack('<II', 1, len(value)) + value.ljust(-(-len(value) // 4) * 4, b'\0')
        elif kind & 0x1000:
            out += struct.pack('<I', len(value)) + b''.join(struct.pack('<I', len(v)) + v.ljust(-(-len(v) // 4) * 4, b'\0') for v in value)
        else:
            out += value
    return out


def tnef(*attributes):
    return struct.pack('<IH', 0x223E9F78, 1) + b''.join(attributes)


def make_tnef(write):
    rendering = attribute(2, 0x69002, b'\1\0' + b'\0' * 12)
    inner = tnef(attribute(1, 0x18004, b'Inner Vale 513\0'), attribute(1, 0x2800C, b'Inner body Vale 514\0'))
    write('tnef/places.dat', tnef(
        attribute(1, 0x89006, b'\0\0\1\0'), attribute(1, 0x69007, struct.pack('<II', 1251, 0)),
        attribute(1, 0x18004, 'Subject \u041c\u0438\u0440 Vale 501\0'.encode('cp1251')), attribute(1, 0x2800C, b'Body Vale 502\0', checksum=7),
        attribute(1, 0x69003, mapi([(0x10090102, lzfu(FROM_HTML % (503, 504))), (0x10130102, b'<p>Page Vale 505</p>'),
                                    (0x0C1A001E, b'Sender Vale 506\0'), (0x00390040, b'\0' * 8), (0x0E1F000B, b'\1\0\0\0'),
                                    (0x8005001F, wide('Named Vale 507\0'), 'Chart number'), (0x8006101E, [b'Several Vale 508\0'], 'Many')])),
        attribute(1, 0x69004, struct.pack('<I', 1) + mapi([(0x3001001E, b'Recipient Vale 509\0'), (0x0C150003, b'\1\0\0\0')])),
        attribute(1, 0x60020, b'unknown Vale 510 attribute'),
        rendering, attribute(2, 0x18010, b'SHORT~1.TXT\0'), attribute(2, 0x6800F, b'Attached Vale 511 text'),
        attribute(2, 0x69005, mapi([(0x3707001F, wide('long name Vale 512.txt\0'))])),
        rendering, attribute(2, 0x18010, b'Message\0'),
        attribute(2, 0x69005, mapi([(0x3701000D, b'\7' * 16 + inner)]))))
    write('tnef/lying', tnef(attribute(1, 0x18004, b'Subject Vale 515\0')) + struct.pack('<BII', 1, 0x2800C, 0xFFFFFFF0) + b'Body Vale 516 cut')
    write('tnef/loop', tnef(*[attribute(2, 0x69005, mapi([(0x3701000D, b'\7' * 16 + tnef(*[rendering] * 9))]))] * 9))
    write('tnef/counts', tnef(attribute(1, 0x69003, struct.pack('<I', 0xFFFFFFFF) + struct.pack('<HHII', 0x101E, 0x3001, 0xFFFFFFFF, 0xFFFFFFFF)),
                              attribute(1, 0x69004, struct.pack('<II', 0xFFFFFFFF, 0xFFFFFFFF))))


# -- RTF

def make_rtf(write):
    package = packager('Vale 613.txt', b'Packed Vale 614 text')[4:]
    ole1 = struct.pack('<II', 0x501, 2) + b''.join(struct.pack('<I', len(s)) + s for s in (b'Package\0', b'\0', b'\0')) + struct.pack('<I', len(package)) + package
    main, side = doc(['Object Vale 615\r'] + [''] * 6)
    inner = Compound().add('WordDocument', main).add('1Table', side).bytes()
    ole2 = struct.pack('<II', 0x501, 2) + b''.join(struct.pack('<I', len(s)) + s for s in (b'Word.Document.8\0', b'\0', b'\0')) + struct.pack('<I', len(inner)) + inner
    write('rtf/places.rtf', b''.join([
        b'{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Font Vale 601;}{\\f1\\fcharset204 Arial Cyr;}}',
        b'{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet{\\s0 Style Vale 602;}}',
        b'{\\info{\\title Title Vale 603}{\\author Author Vale 604}{\\*\\company Firm Vale 605}}',
        b'{\\*\\userprops{\\propname Patient}\\proptype30{\\staticval Own Vale 606}}',
        b'{\\header Header Vale 607\\par}{\\footerf Footer Vale 608\\par}\r\n',
        b'Main V{\\b al}e 60{\\i 9} M\\\'fcnchen {\\f1 \\\'cc\\\'e8\\\'f0} \\u26159?\\u-10187?\\u-8960?\\par\r\n',
        b'{\\footnote\\pard Note Vale 610}{\\*\\annotation\\pard Comment Vale 611}',
        b'{\\v Hidden Vale 612}{\\deleted Deleted Vale 616}',
        b'{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata ', ole1.hex().encode(), b'}{\\result shown Vale 617}}',
        b'{\\object{\\*\\objdata ', ole2.hex().upper().encode(), b'}}',
        b'{\\field{\\*\\fldinst HYPERLINK "http://there.example/Vale 618"}{\\fldrslt Link Vale 619}}',
        b'{\\*\\unknown Secret Vale 620}{\\pict\\wmetafile8 0102}{\\*\\shpinst{\\shptxt Box Vale 621}{\\sp{\\sn wzDescription}{\\sv Drawn Vale 622}}}',
        b'{\\upr{ansi}{\\*\\ud Unicode Vale \\uc0\\u54 23}}{\\*\\bkmkstart Mark Vale 624}',
        b'\\trowd Name\\cell Born\\cell\\row Zoe\\cell 1961-03-09\\cell\\row{\\bin17 }{{{ bin Vale 625}',
        b'{\\*\\datastore ', b'Stored Vale 626'.hex().encode(), b'}}Behind Vale 627']))
    write('rtf/fromhtml.rtf', FROM_HTML % (628, 629))
    write('rtf/braces', b'{\\rtf1 ' + b'{' * 5000 + b'Deep Vale 630' + b'}' * 6000)


def main():
    folder = sys.argv[1]

    def write(name, content):
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(content)

    make_documents(write)
    make_workbooks(write)
    make_presentations(write)
    make_messages(write)
    make_tnef(write)
    make_rtf(write)


main()
