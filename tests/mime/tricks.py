# SPDX-License-Identifier: Apache-2.0
"""The tricks, in tables: of a part's header, of how encoded text is written, of boundaries, of whole messages."""
import carriers
from carriers import CODING, HEAD, HTML, PLACES, QUIET, QUIET_PART, TEXT, TYPE, Part, b64, leaf, message, multipart, qp

# Of the field that says the encoding: what stands for "Content-Transfer-Encoding: x". %s is x.
CODING_FIELDS = {
    'twice, the first 7bit': [b'Content-Transfer-Encoding: 7bit', b'Content-Transfer-Encoding: %s'],
    'twice, the last 7bit': [b'Content-Transfer-Encoding: %s', b'Content-Transfer-Encoding: 7bit'],
    'four times': [b'Content-Transfer-Encoding: 7bit', b'Content-Transfer-Encoding: 8bit',
                   b'Content-Transfer-Encoding: x-unknown', b'Content-Transfer-Encoding: %s'],
    'five times, all different': [b'Content-Transfer-Encoding: ' + v for v in
                                  (b'7bit', b'x-uuencode', b'x-a', b'x-b')] + [b'Content-Transfer-Encoding: %s'],
    'a blank before the colon': [b'Content-Transfer-Encoding : %s'],
    'a tab before the colon': [b'Content-Transfer-Encoding\t: %s'],
    'no blank behind the colon': [b'Content-Transfer-Encoding:%s'],
    'odd case': [b'cOnTeNt-tRaNsFeR-eNcOdInG: %s'],
    'a comment ahead': [b'Content-Transfer-Encoding: (7bit) %s'],
    'a comment behind': [b'Content-Transfer-Encoding: %s (7bit)'],
    'comments in comments': [b'Content-Transfer-Encoding: (a (b) \\) c) %s (d)'],
    'in quotes': [b'Content-Transfer-Encoding: "%s"'],
    'in single quotes': [b"Content-Transfer-Encoding: '%s'"],
    'with a parameter': [b'Content-Transfer-Encoding: %s; x=y'],
    'a list, the first 7bit': [b'Content-Transfer-Encoding: 7bit, %s'],
    'a list, the last 7bit': [b'Content-Transfer-Encoding: %s, 7bit'],
    'two words': [b'Content-Transfer-Encoding: 7bit %s'],
    'two words, the other way': [b'Content-Transfer-Encoding: %s 7bit'],
    'a dot behind': [b'Content-Transfer-Encoding: %s.'],
    'folded': [b'Content-Transfer-Encoding:\r\n %s'],
    'folded by a blank line': [b'Content-Transfer-Encoding:\r\n \r\n %s'],
    'folded three times': [b'Content-Transfer-Encoding:\r\n \r\n\t\r\n %s'],
    'as an encoded word': [b'Content-Transfer-Encoding: =?us-ascii?q?%s?='],
    'NUL behind': [b'Content-Transfer-Encoding: %s\0'],
    'NUL ahead': [b'Content-Transfer-Encoding: \0%s'],
    'NUL in the name': [b'Content-Transfer\0-Encoding: %s'],
    'NUL in the field ahead': [b'X-Note: a\0b', b'Content-Transfer-Encoding: %s'],
    'behind a bare CR': [b'X-Note: a\rContent-Transfer-Encoding: %s'],
    'behind a bare CR, 7bit after': [b'X-Note: a\rContent-Transfer-Encoding: %s', b'Content-Transfer-Encoding: 7bit'],
    'behind a bare LF': [b'X-Note: a\nContent-Transfer-Encoding: %s'],
    'behind CR CR LF': [b'X-Note: a\r', b'Content-Transfer-Encoding: %s'],
    'behind a line that is no field': [b'this is no field', b'Content-Transfer-Encoding: %s'],
    'ahead of a line that is no field': [b'Content-Transfer-Encoding: %s', b'this is no field'],
    'behind a field without a name': [b': x', b'Content-Transfer-Encoding: %s'],
    'behind a line of blanks': [b' ', b'Content-Transfer-Encoding: %s'],
    'behind a field and a line of blanks': [b'X-Note: a', b' ', b'Content-Transfer-Encoding: %s'],
    'behind a field and a tab': [b'X-Note: a', b'\t', b'Content-Transfer-Encoding: %s'],
    'behind a field with blanks in its name': [b'X Note: a', b'Content-Transfer-Encoding: %s'],
    'behind a field of 8-bit letters': ['X-Nöte: ä'.encode(), b'Content-Transfer-Encoding: %s'],
    'behind a "From " line': [b'From desk Mon Nov 23 07:08:09 2026', b'Content-Transfer-Encoding: %s'],
    'behind a ">From " line': [b'>From desk Mon Nov 23 07:08:09 2026', b'Content-Transfer-Encoding: %s'],
    'behind a line of 200,000 bytes': [b'X-Note: ' + b'a' * 200000, b'Content-Transfer-Encoding: %s'],
    'behind 400 fields': [b'X-Note-%d: a' % n for n in range(400)] + [b'Content-Transfer-Encoding: %s'],
    'a blank ahead of the name': [b'X-Note: a', b' Content-Transfer-Encoding: %s'],
    'dashes left out': [b'ContentTransferEncoding: %s', b'Content-Transfer-Encoding: %s'],
    'empty, then said': [b'Content-Transfer-Encoding:', b'Content-Transfer-Encoding: %s'],
    'said, then empty': [b'Content-Transfer-Encoding: %s', b'Content-Transfer-Encoding:'],
    'capitals': None,
}

# Of the field that says the type, where the content is HTML (or plain text, encoded). %s is the right one.
TYPE_FIELDS = {
    'twice, the first plain': [b'Content-Type: text/plain', b'Content-Type: %s'],
    'twice, the last plain': [b'Content-Type: %s', b'Content-Type: text/plain'],
    'twice, an image first': [b'Content-Type: image/png', b'Content-Type: %s'],
    'twice, an image last': [b'Content-Type: %s', b'Content-Type: image/png'],
    'three times': [b'Content-Type: application/octet-stream', b'Content-Type: %s', b'Content-Type: text/plain'],
    'a blank before the colon': [b'Content-Type : %s'],
    'odd case': [b'cONTENT-tYPE: %S'],
    'a comment ahead': [b'Content-Type: (text/plain) %s'],
    'a comment behind': [b'Content-Type: %s (text/plain)'],
    'in quotes': [b'Content-Type: "%s"'],
    'folded': [b'Content-Type:\r\n\t%s'],
    'folded by a blank line': [b'Content-Type:\r\n \r\n\t%s'],
    'blanks about the slash': [b'Content-Type: %/'],
    'comma for semicolon': [b'Content-Type: %,'],
    'NUL behind': [b'Content-Type: %s\0'],
    'NUL in the name': [b'Content-\0Type: %s'],
    'behind a bare CR': [b'X-Note: a\rContent-Type: %s'],
    'behind a line that is no field': [b'this is no field', b'Content-Type: %s'],
    'behind a field and a line of blanks': [b'X-Note: a', b' ', b'Content-Type: %s'],
    'garbage ahead': [b'Content-Type: ;;; %s'],
    'as an encoded word': [b'Content-Type: =?us-ascii?q?%s?='],
    'missing': [],
    'empty': [b'Content-Type:'],
    'of no meaning': [b'Content-Type: text'],
    'a multipart without a boundary': [b'Content-Type: multipart/mixed'],
    'a multipart with an empty boundary': [b'Content-Type: multipart/mixed; boundary=""'],
    'a message': [b'Content-Type: message/rfc822'],
    'an image': [b'Content-Type: image/png'],
    'a file': [b'Content-Type: application/octet-stream; name=a.bin'],
    'two charsets': [b'Content-Type: %s; charset=x-nothing'],
    'two charsets, the other way': [b'Content-Type: %c'],
}


def typed(template, value):
    kind, _, rest = value.partition(b';')
    major, _, minor = kind.partition(b'/')
    return (template.replace(b'%S', value.upper()).replace(b'%/', major + b' / ' + minor + b';' + rest)
            .replace(b'%,', kind + b',' + rest).replace(b'%c', kind + b'; charset=x-nothing;' + rest)
            .replace(b'%s', value))


def with_coding(part, lines):
    value = part.lines[1][len(CODING):]
    lines = [CODING + value.upper()] if lines is None else [line.replace(b'%s', value) for line in lines]
    return Part(part.lines[:1] + lines, part.body)


def with_type(part, lines):
    return Part([typed(line, part.lines[0][len(TYPE):]) for line in lines] + part.lines[1:], part.body)


def header_tricks():
    """With the encoding's field, and the type's, in each place."""
    for place, put in PLACES.items():
        for trick, lines in CODING_FIELDS.items():
            for kind in ('base64', 'quoted-printable'):
                yield '%s, encoding: %s, %s' % (kind, trick, place), put(with_coding(leaf(kind), lines))
        for trick, lines in TYPE_FIELDS.items():
            for kind in ('html', 'base64 html', 'base64'):
                # What nobody calls HTML is shown as it stands.
                if trick != 'a message' or kind != 'html':
                    yield '%s, type: %s, %s' % (kind, trick, place), put(with_type(leaf(kind), lines))
    for trick, lines in TYPE_FIELDS.items():
        for kind in ('utf-16', 'utf-7'):
            if 'charset' in trick or 'twice' in trick:
                yield '%s, type: %s' % (kind, trick), message(with_type(leaf(kind), lines))


def split(text, width):
    return [text[at:at + width] for at in range(0, len(text), width)]


def base64_bodies():
    """Base64 that is not quite."""
    good = b''.join(b64(TEXT).split())
    half = len(good) // 8 * 4
    return {
        'stars within': b'*'.join(split(good, 7)),
        'exclamation marks within': b'!!'.join(split(good, 30)),
        'dots within': b'.'.join(split(good, 5)),
        'dashes within': b'-'.join(split(good, 9)),
        '8-bit bytes within': b'\xe9'.join(split(good, 11)),
        'NUL within': b'\0'.join(split(good, 13)),
        'blanks within': b' '.join(split(good, 3)),
        'tabs and line breaks within': b'\t\r\n'.join(split(good, 5)),
        'one sign a line': b'\r\n'.join(split(good, 1)),
        'lines of 75': b'\r\n'.join(split(good, 75)),
        'bare CR for line breaks': b'\r'.join(split(good, 60)),
        'bare LF for line breaks': b'\n'.join(split(good, 60)),
        'one line': good,
        'without padding': base64_of(TEXT[:-2] + b' .').rstrip(b'='),
        'without padding, two less': base64_of(TEXT[:-2] + b' ').rstrip(b'='),
        'too much padding': good.rstrip(b'=') + b'=======',
        'an early pad': good[:half] + b'=' + good[half:],
        'two early pads': good[:half] + b'==' + good[half:],
        'an early pad inside a group': good[:half + 2] + b'=' + good[half + 2:],
        'two early pads inside a group': good[:half + 2] + b'==' + good[half + 2:],
        'three early pads inside a group': good[:half + 1] + b'===' + good[half + 1:],
        'pads ahead': b'====' + good,
        'one pad ahead': b'=' + good,
        'a sign too many': good.rstrip(b'=') + b'A',
        'a pad behind each line': b'=\r\n'.join(split(good, 60)),
        'each line encoded by itself': b'\r\n'.join(base64_of(piece) for piece in split(TEXT, 10)),
        'two texts one behind the other': base64_of(b'Good morning.') + b'\r\n' + good,
        'two texts on one line': base64_of(b'Good morning.') + good,
        'for URLs': base64_of(b'\xff\xef\xbe>>>???' + TEXT).replace(b'+', b'-').replace(b'/', b'_'),
        'words ahead': b'Good morning, this is the list.\r\n\r\n' + good,
        'a word ahead': b'hello\r\n' + good,
        'fields ahead': b'X-Note: a\r\n\r\n' + good,
        'a footer': good + b'\r\n\r\n-- \r\nA list for all.\r\n',
        'dots at the start of lines': b'\r\n'.join(b'.' + line for line in split(good, 60)),
        'quoted': b'\r\n'.join(b'> ' + line for line in split(good, 60)),
        'brackets around': b'<' + good + b'>',
        'as a data URL': b'data:text/plain;base64,' + good,
        'escaped as URL': good.replace(b'=', b'%3D'),
        'encoded twice': base64_of(good),
        'encoded three times': base64_of(base64_of(good)),
    }


def base64_of(content):
    import base64
    return base64.b64encode(content)


def quoted_bodies():
    good = qp(TEXT).replace(b'=\r\n', b'').rstrip(b'\r\n')
    pieces = split(good, 30)
    return {
        'lower case': good.lower(),
        'blanks behind soft breaks': b'=  \r\n'.join(pieces),
        'tabs behind soft breaks': b'=\t\r\n'.join(pieces),
        'soft breaks of bare LF': b'=\n'.join(pieces),
        'soft breaks of bare CR': b'=\r'.join(pieces),
        'soft breaks of LF CR': b'=\n\r'.join(pieces),
        'soft breaks of CR CR LF': b'=\r\r\n'.join(pieces),
        'an equals sign at the end': good + b'=',
        'half an escape at the end': good + b'=4',
        'equals signs that mean nothing': b'=ZZ '.join([good[:30], good[30:]]),
        'doubled equals signs': b'==\r\n'.join([good[:60], good[60:]]),
        'soft breaks inside words only': b'SSN 21=\r\n9-0=\r\n9-99=\r\n98, diabetes of Ann Miller',
        'soft breaks with blanks inside words': b'SSN 21= \r\n9-0= \t\r\n9-99=\r\n98, diabetes of Ann Miller',
        'soft breaks of bare CR inside words': b'SSN 21=\r9-0=\r9-99=\r98, diabetes of Ann Miller',
        'one line of 9,000 bytes': good + b' =41' * 2000,
        'a dot line': good[:30] + b'=\r\n.\r\n' + good,
        'underscores for blanks': good.replace(b'=20', b'_'),
    }


def body_tricks():
    for place in ('alone', 'last of two'):
        for trick, body in base64_bodies().items():
            yield 'base64: %s, %s' % (trick, place), PLACES[place](Part(leaf('base64').lines, body + b'\r\n'))
        for trick, body in quoted_bodies().items():
            yield 'quoted-printable: %s, %s' % (trick, place), PLACES[place](
                Part(leaf('quoted-printable').lines, body + b'\r\n'))
        plain = Part([TYPE + b'text/plain'], b'')
        for coding in (b'', b'x-uuencode', b'uuencode', b'x-uue', b'7bit', b'base64'):
            lines = plain.lines + ([CODING + coding] if coding else [])
            name = '%s, encoding "%s", %s' % ('%s', coding.decode(), place)
            yield name % 'uuencoded', PLACES[place](Part(lines, QUIET + carriers.uu(TEXT)))
            if coding in (b'', b'7bit'):
                yield name % 'yEnc', PLACES[place](Part(lines, QUIET + carriers.yenc(TEXT)))
                yield name % 'BinHex', PLACES[place](Part(lines, QUIET + carriers.binhex(TEXT)))
        for coding in (b'x-yencode', b'yenc'):
            yield 'yEnc as %s, %s' % (coding.decode(), place), PLACES[place](
                Part(plain.lines + [CODING + coding], carriers.yenc(TEXT)))
        for kind in (b'application/mac-binhex40', b'application/mac-binhex'):
            yield 'BinHex as %s, %s' % (kind.decode(), place), PLACES[place](
                Part([TYPE + kind], carriers.binhex(TEXT)))


# Parameters of the multipart's type: A and B are boundaries, and the marker's part stands behind both.
BOUNDARIES = {
    'plain': b'; boundary=A',
    'twice, A first': b'; boundary=A; boundary=B',
    'twice, A last': b'; boundary=B; boundary=A',
    'twice, A in quotes': b'; boundary="A"; boundary=B',
    'twice, A in quotes, last': b'; boundary=B; boundary="A"',
    'twice, odd case': b'; BOUNDARY=B; boundary=A',
    'twice, without semicolon': b'; boundary=B boundary=A',
    'RFC 2231 with a charset': b"; boundary*=us-ascii''A",
    'RFC 2231 without a charset': b"; boundary*=''A",
    'RFC 2231 with escapes': b"; boundary*=us-ascii'en'%41",
    'RFC 2231 in pieces': b'; boundary*0=A',
    'RFC 2231 in encoded pieces': b"; boundary*0*=us-ascii''%41",
    'RFC 2231 and plain': b"; boundary*=us-ascii''A; boundary=B",
    'plain and RFC 2231': b"; boundary=B; boundary*=us-ascii''A",
    'pieces and plain': b'; boundary*0=A; boundary=B',
    'plain and pieces': b'; boundary=B; boundary*0="A"',
    'a comment ahead': b'; (boundary=B) boundary=A',
    'a comment behind the sign': b'; boundary=(B)A',
    'a comment behind': b'; boundary=A (B)',
    'a comment for a semicolon': b' (;boundary=B;) ; boundary=A',
    'blanks about the sign': b'; boundary = A',
    'a blank ahead': b'; boundary= A',
    'a blank in quotes ahead': b'; boundary=" A"',
    'a blank in quotes behind': b'; boundary="A "',
    'an escape in quotes': b'; boundary="\\A"',
    'no end of quotes': b'; boundary="A',
    'single quotes': b"; boundary='A'",
    'an encoded word': b'; boundary="=?us-ascii?q?A?="',
    'a comma ahead': b', boundary=A',
    'two semicolons': b';; boundary=A;;',
    'no semicolon': b' boundary=A',
    'folded': b';\r\n\tboundary=A',
    'folded at the sign': b'; boundary=\r\n A',
    'folded in quotes': b'; boundary="\r\n A"',
    'folded by a blank line': b';\r\n \r\n boundary=A',
    'NUL ahead': b';\0boundary=A',
    'NUL behind': b'; boundary=A\0B',
    'NUL in the name': b'; bound\0ary=A',
    'a bare CR ahead': b';\rboundary=A',
    'a bare CR and a blank ahead': b';\r boundary=A',
    'a bare CR behind': b'; boundary=A\rX: y',
    '8-bit ahead': b'; \xe9=x; boundary=A',
    'odd case': b'; BoUnDaRy=A',
    'in another parameter': b'; x="boundary=B"; boundary=A',
    'in another parameter, behind': b'; boundary=A; x="boundary=B"',
    'in the start': b'; start="<;boundary=B>"; boundary=A',
    'none': b'',
    'empty': b'; boundary=""',
    'empty, then A': b'; boundary=; boundary=A',
    'behind 300 parameters': b''.join(b'; p%d=x' % n for n in range(300)) + b'; boundary=A',
    'type in other case': None,
}


def cut_by(names, part):
    """Each name is a boundary: behind it stands the quiet part, and then this one."""
    out = b''
    for name in names:
        out += b''.join(b'--' + name + b'\r\n' + bytes(p) for p in (QUIET_PART, part)) + b'--' + name + b'--\r\n'
    return out


def boundary_tricks():
    for trick, parameter in BOUNDARIES.items():
        kind = b'multipart/mixed'
        if parameter is None:
            kind, parameter = b'MultiPart/Mixed', b'; boundary=A'
        for carrier in ('base64', 'quoted-printable', 'base64 html'):
            for name, body in (('by A', cut_by([b'A'], leaf(carrier))), ('by B', cut_by([b'B'], leaf(carrier)))):
                part = Part([TYPE + kind + parameter], body)
                yield 'boundary: %s, %s, %s' % (trick, name, carrier), message(part)
    fields = {'A, then B': (b'A', b'B'), 'B, then A': (b'B', b'A')}
    for trick, (first, second) in fields.items():
        for subtype in (b'mixed', b'related', b'alternative'):
            lines = [TYPE + b'multipart/' + subtype + b'; boundary=' + first,
                     TYPE + b'multipart/mixed; boundary=' + second]
            for carrier in ('base64', 'quoted-printable'):
                yield ('boundary: two fields, %s, %s, %s' % (trick, subtype.decode(), carrier),
                       message(Part(lines, cut_by([b'A'], leaf(carrier)))))
    for other in (b'text/plain', b'text/html', b'application/octet-stream', b'image/png', b'message/rfc822'):
        for lines in ([TYPE + other, TYPE + b'multipart/mixed; boundary=A'],
                      [TYPE + b'multipart/mixed; boundary=A', TYPE + other]):
            yield ('%s beside a multipart, %s' % (other.decode(), 'first' if other in lines[0] else 'last'),
                   message(Part(lines, cut_by([b'A'], leaf('base64')))))


# How a delimiter's line is written, in place of "--A": the quiet part ahead of it, the marker's behind.
DELIMITERS = {
    'blanks behind': b'--A   ', 'a tab behind': b'--A\t', 'letters behind': b'--Ab', 'a word behind': b'--A b',
    'a blank ahead': b' --A', 'three dashes': b'---A', 'one dash': b'-A', 'lower case': b'--a',
    'quotes': b'--"A"', 'NUL behind': b'--A\0', 'NUL ahead': b'\0--A', 'a dash behind': b'--A-',
    'three dashes behind': b'--A---', 'the end first': b'--A--\r\n--A', 'the end, then letters': b'--A--\r\n\r\n--Ab',
    'a bare CR ahead': b'x\r--A', 'a bare LF ahead': b'x\n--A', 'CR CR LF behind': b'--A\r',
    'a comment behind': b'--A (x)', 'a dot ahead': b'.--A', 'quoted': b'>--A', 'twice': b'--A\r\n--A',
    'an end that is none': b'--A--x', 'no line break ahead': None,
}

# What parts the header of a part from its body, for CR LF CR LF.
HEADER_ENDS = {
    'LF LF': b'\n\n', 'CR LF LF': b'\r\n\n', 'LF CR LF': b'\n\r\n', 'CR CR': b'\r\r', 'CR CR LF': b'\r\r\n',
    'CR LF CR': b'\r\n\r', 'LF CR': b'\n\r', 'a line of blanks': b'\r\n  \r\n', 'a line with a tab': b'\r\n\t\r\n',
    'CR LF blank LF': b'\r\n \n', 'a vertical tab': b'\r\n\x0b\r\n', 'a form feed': b'\r\n\x0c\r\n',
    'NUL': b'\r\n\0\r\n', 'no blank line': b'\r\n', 'two blank lines': b'\r\n\r\n\r\n', 'CR CR LF twice': b'\r\r\n\r\r\n',
    'a line of a no-break space': b'\r\n\xa0\r\n', 'LF LF CR LF': b'\n\n\r\n', 'U+0085': b'\r\n\xc2\x85\r\n',
    'U+2028': b'\r\n\xe2\x80\xa8\r\n',
}


def line_tricks():
    head = TYPE + b'multipart/mixed; boundary=A\r\n\r\n'
    for carrier in ('base64', 'quoted-printable'):
        for trick, line in DELIMITERS.items():
            line = b'\r\n' + line + b'\r\n' if line is not None else b'--A\r\n'
            body = b'--A\r\n' + bytes(QUIET_PART).rstrip(b'\r\n') + line + bytes(leaf(carrier)) + b'--A--\r\n'
            yield 'delimiter: %s, %s' % (trick, carrier), HEAD + head + body
        for trick, end in HEADER_ENDS.items():
            part = leaf(carrier)
            wire = b'\r\n'.join(part.lines) + end + part.body
            yield 'header ends with %s, alone, %s' % (trick, carrier), HEAD + wire
            yield ('header ends with %s, in a part, %s' % (trick, carrier),
                   HEAD + head + b'--A\r\n' + wire + b'--A--\r\n')
            # The same ahead of the fields that matter.
            early = HEAD + b'X-Note: a' + end + b'\r\n'.join(part.lines) + b'\r\n\r\n' + part.body
            yield 'header ends early with %s, %s' % (trick, carrier), early
            early = b'X-Note: a' + end + b'\r\n'.join(part.lines) + b'\r\n\r\n' + part.body
            yield ('header ends early with %s, in a part, %s' % (trick, carrier),
                   HEAD + head + b'--A\r\n' + early + b'--A--\r\n')
            wire = HEAD.rstrip(b'\r\n') + end + head + cut_by([b'A'], part)
            yield 'header ends before the multipart with %s, %s' % (trick, carrier), wire
        for name, change in (('bare LF', lambda m: m.replace(b'\r\n', b'\n')),
                             ('bare CR', lambda m: m.replace(b'\r\n', b'\r')),
                             ('CR CR LF', lambda m: m.replace(b'\r\n', b'\r\r\n')),
                             ('LF CR', lambda m: m.replace(b'\r\n', b'\n\r')),
                             ('bare LF in the header', lambda m: m.replace(b'\r\n', b'\n', 9)),
                             ('bare CR in the header', lambda m: m.replace(b'\r\n', b'\r', 9)),
                             ('every second bare LF', lambda m: b'\n'.join(m.split(b'\r\n')[:7]) + b'\r\n' +
                              b'\r\n'.join(m.split(b'\r\n')[7:]))):
            for place, put in PLACES.items():
                yield 'lines end with %s, %s, %s' % (name, place, carrier), change(put(leaf(carrier)))


def message_tricks():
    for carrier in ('base64', 'quoted-printable', 'base64 html'):
        part = bytes(leaf(carrier))
        head = TYPE + b'multipart/mixed; boundary=A\r\n\r\n'
        whole = b'--A\r\n' + bytes(QUIET_PART) + b'--A\r\n' + part
        rows = {
            'no final boundary': head + whole,
            'cut in the last line': head + whole.rstrip(b'\r\n'),
            'a part in the preamble': head + part + b'--A\r\n' + bytes(QUIET_PART) + b'--A--\r\n',
            'a part behind the end': head + b'--A\r\n' + bytes(QUIET_PART) + b'--A--\r\n--A\r\n' + part + b'--A--\r\n',
            'a header behind the end': head + b'--A\r\n' + bytes(QUIET_PART) + b'--A--\r\n' + part,
            'an inner boundary that starts as the outer': head + b'--A\r\n' + bytes(multipart(
                [QUIET_PART, leaf(carrier)], b'AB')) + b'--A--\r\n',
            'an outer boundary that starts as the inner': TYPE + b'multipart/mixed; boundary=AB\r\n\r\n--AB\r\n' +
            bytes(multipart([QUIET_PART, leaf(carrier)], b'A')) + b'--AB--\r\n',
            'inner and outer boundary the same': head + b'--A\r\n' + bytes(multipart(
                [QUIET_PART, leaf(carrier)], b'A')) + b'--A--\r\n',
            'the inner one never ends': head + b'--A\r\n' + TYPE + b'multipart/mixed; boundary=B\r\n\r\n--B\r\n' +
            bytes(QUIET_PART) + b'--A\r\n' + part + b'--A--\r\n',
            'the outer one ends within': head + b'--A\r\n' + TYPE + b'multipart/mixed; boundary=B\r\n\r\n--B\r\n' +
            bytes(QUIET_PART) + b'--A--\r\n--B\r\n' + part + b'--B--\r\n',
            'no blank line ahead of the parts': head.rstrip(b'\r\n') + b'\r\n--A\r\n' + part + b'--A--\r\n',
            'an empty header': head + b'--A\r\n\r\n' + part + b'--A--\r\n',
            'blank lines ahead of a header': head + b'--A\r\n\r\n\r\n' + part + b'--A--\r\n',
            'a multipart in base64': TYPE + b'multipart/mixed; boundary=A\r\n' + CODING + b'base64\r\n\r\n' + b64(whole),
            'a multipart in quoted-printable': TYPE + b'multipart/mixed; boundary=A\r\n' + CODING +
            b'quoted-printable\r\n\r\n' + qp(whole),
            'a multipart said to be in base64': TYPE + b'multipart/mixed; boundary=A\r\n' + CODING + b'base64\r\n\r\n' +
            whole + b'--A--\r\n',
            'a multipart in base64 in one': bytes(multipart([QUIET_PART, Part([TYPE + b'multipart/mixed; boundary=B',
                                                  CODING + b'base64'], b64(whole.replace(b'--A', b'--B')))])),
            'a message in base64': bytes(Part([TYPE + b'message/rfc822', CODING + b'base64'],
                                              b64(HEAD + part))),
            'a message in quoted-printable': bytes(Part([TYPE + b'message/rfc822', CODING + b'quoted-printable'],
                                                        b64(HEAD + part).replace(b'=', b'=3D'))),
            'a message said to be in base64': bytes(Part([TYPE + b'message/rfc822', CODING + b'base64'],
                                                         HEAD + part)),
            'message/global in base64': bytes(Part([TYPE + b'message/global', CODING + b'base64'], b64(HEAD + part))),
            'message/news': bytes(Part([TYPE + b'message/news'], HEAD + part)),
            'a message in a text': bytes(Part([TYPE + b'text/plain'], HEAD + part)),
            'a message in a file': bytes(Part([TYPE + b'application/octet-stream; name=a.eml', CODING + b'base64'],
                                              b64(HEAD + part))),
            'a digest': TYPE + b'multipart/digest; boundary=A\r\n\r\n--A\r\n\r\n' + HEAD + part + b'--A--\r\n',
            'message/partial': bytes(Part([TYPE + b'message/partial; id=x; number=1; total=2'],
                                          b64(TEXT)[:40])),
            'message/external-body': bytes(Part([TYPE + b'message/external-body; access-type=URL; '
                                                 b'URL="http://store.example/x"'],
                                                TYPE + b'text/plain\r\n' + CODING + b'base64\r\n\r\n' + b64(TEXT))),
            'multipart/unknown': whole_as(b'multipart/x-own; boundary=A', whole),
            'multipart/report': whole_as(b'multipart/report; report-type=x; boundary=A', whole),
            'multipart/form-data': whole_as(b'multipart/form-data; boundary=A', whole),
            'related, with a start': whole_as(b'multipart/related; start="<none>"; boundary=A', whole),
            'no MIME-Version': None,
            'a MIME-Version of 2': None,
            'the message begins with a blank line': None,
            'the message begins with a line of blanks': None,
            'the message begins with a "From " line': None,
            'the message begins with a ">From " line': None,
            'a BOM ahead': None,
        }
        for trick, wire in rows.items():
            if wire is not None:
                yield '%s, %s' % (trick, carrier), HEAD + wire
        bare = HEAD.replace(b'MIME-Version: 1.0\r\n', b'')
        for trick, wire in {
                'no MIME-Version': bare + head + whole,
                'a MIME-Version of 2': bare + b'MIME-Version: 2.0\r\n' + head + whole,
                'begins with a blank line': b'\r\n' + HEAD + head + whole,
                'begins with blank lines': b'\r\n\r\n\n' + HEAD + part,
                'begins with a line of blanks': b'  \r\n' + HEAD + part,
                'begins with a "From " line': b'From desk Mon Nov 23 07:08:09 2026\r\n' + HEAD + part,
                'begins with a ">From " line': b'>From desk Mon Nov 23 07:08:09 2026\r\n' + HEAD + part,
                'begins with a BOM': b'\xef\xbb\xbf' + HEAD + part,
                'begins with a BOM and the type': b'\xef\xbb\xbf' + part.replace(b'\r\n', b'\r\n' + HEAD, 1),
                'begins with a continuation': b' x\r\n' + HEAD + part,
                'begins with no field': b'no field at all\r\n' + HEAD + part}.items():
            yield '%s, %s' % (trick, carrier), wire
    for place, put in PLACES.items():
        long = b'a' * (1 << 20)
        yield 'a line of 1 MiB ahead, ' + place, put(Part(leaf('html').lines, long + b'\r\n' + HTML))
        yield 'the marker in a line of 1 MiB, ' + place, put(Part(leaf('html').lines, long + b' ' + HTML.rstrip() + long))
        yield 'a comment of 1 MiB, ' + place, put(with_type(leaf('base64 html'), [b'Content-Type: (' + long + b') %s']))


def whole_as(kind, whole):
    return TYPE + kind + b'\r\n\r\n' + whole + b'--A--\r\n'


# Where text in clear can be put so that some client shows it and others do not.
def clear_tricks():
    part = Part([TYPE + b'text/plain'], QUIET)
    words = TEXT.rstrip()
    for name, wire in {
            'the preamble': HEAD + bytes(multipart([part])).replace(b'\r\n\r\n', b'\r\n\r\n' + TEXT, 1),
            'the preamble, behind a NUL': HEAD + bytes(multipart([part])).replace(
                b'\r\n\r\n', b'\r\n\r\nx\0' + TEXT, 1),
            'the epilogue': HEAD + bytes(multipart([part], tail=TEXT)),
            'the epilogue, behind a NUL': HEAD + bytes(multipart([part], tail=b'x\0' + TEXT)),
            'a subject, behind a NUL': HEAD.replace(b'papers', b'a\0' + words) + bytes(part),
            'a subject, behind a bare CR': HEAD.replace(b'papers', b'a\r' + words) + bytes(part),
            'a subject, folded by a blank line': HEAD.replace(b'papers', b'a\r\n \r\n ' + words) + bytes(part),
            'a line that is no field': HEAD + words.replace(b',', b';') + b'\r\n' + bytes(part),
            'a line that is no field, in a part': message(multipart([Part([words] + part.lines, QUIET)])),
            'a second subject': HEAD + b'Subject: ' + words + b'\r\n' + bytes(part),
            'a subject with a blank before its colon': HEAD + b'Subject : ' + words + b'\r\n' + bytes(part),
            'the description': HEAD + b'Content-Description: ' + words + b'\r\n' + bytes(part),
            'a file name': HEAD + bytes(Part([TYPE + b'text/plain; name="' + words + b'"'], QUIET)),
            'a file name in pieces': HEAD + bytes(Part([TYPE + b'text/plain', b'Content-Disposition: attachment; '
                                             b'filename*1="-09-9998.txt"; filename*0="SSN 219"'], QUIET)),
            'two file names': HEAD + bytes(Part([TYPE + b'text/plain', b'Content-Disposition: attachment; filename=a; '
                                      b'filename="SSN 219-09-9998"'], QUIET)),
            'a file name behind a NUL': HEAD + bytes(Part([TYPE + b'text/plain', b'Content-Disposition: attachment; '
                                      b'filename="a\0 SSN 219-09-9998"'], QUIET)),
            'a file name with an escape': HEAD + bytes(Part([TYPE + b'text/plain', b'Content-Disposition: attachment; '
                                      b'filename="SSN 219\\-09\\-9998"'], QUIET)),
            'a file name with a percent sign': HEAD + bytes(Part([TYPE + b'text/plain', b"Content-Disposition: "
                                      b"attachment; filename*=utf-8''SSN%20219%2D09%2D9998"], QUIET)),
            'a body behind a NUL': HEAD + bytes(Part(part.lines, b'x\0' + TEXT)),
            'a body with NUL in it': HEAD + bytes(Part(part.lines, TEXT.replace(b'9-0', b'9\0-\0000'))),
            'a message without a body': HEAD + words.replace(b',', b';'),
            'an address': HEAD.replace(b'Reader <', b'"' + words.replace(b',', b';') + b'" <') + bytes(part),
            'an encoded word without an end': HEAD.replace(
                b'papers', b'=?utf-8?b?' + base64_of(words)) + bytes(part),
            'an encoded word of three lines': HEAD.replace(b'papers', b'=?utf-8?b?' + b'?=\r\n =?utf-8?b?'.join(
                split(base64_of(words), 36)) + b'?=') + bytes(part),
            'an encoded word with blanks': HEAD.replace(b'papers', b'=?utf-8?q?SSN 219=2D09=2D9998 x?=') + bytes(part),
            'an encoded word in quotes': HEAD.replace(
                b'Reader', b'"=?utf-8?b?' + base64_of(b'SSN 219-09-9998') + b'?="') + bytes(part),
    }.items():
        yield 'in clear: ' + name, wire


# Messages without a trick: the marker is found and nothing is said to be odd.
def twins():
    for place, put in PLACES.items():
        for kind in ('base64', 'base64 html', 'quoted-printable', 'html', 'utf-16', 'utf-7'):
            yield '%s, %s' % (kind, place), put(leaf(kind))
            yield '%s, %s, line feeds' % (kind, place), put(leaf(kind)).replace(b'\r\n', b'\n')
    for kind in ('base64', 'html'):
        for subtype in (b'mixed', b'related', b'alternative', b'signed', b'report', b'parallel'):
            yield '%s in %s' % (kind, subtype.decode()), message(multipart([QUIET_PART, leaf(kind)], subtype=subtype))
        yield kind + ' behind a preamble', HEAD + bytes(multipart([leaf(kind)])).replace(
            b'\r\n\r\n', b'\r\n\r\nThis is a message in many parts.\r\n', 1)
        yield kind + ' with an epilogue', message(multipart([leaf(kind)], tail=b'\r\n'))
        yield kind + ' with the same field twice', HEAD + CODING + leaf(kind).lines[1][len(CODING):] + b'\r\n' + bytes(
            leaf(kind))


def all_tricks():
    for table in (header_tricks, body_tricks, boundary_tricks, line_tricks, message_tricks, clear_tricks):
        yield from table()
