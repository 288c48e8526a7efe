# SPDX-License-Identifier: Apache-2.0
"""The forms, a line each: FOUND must be found, OUT must not be (and says why), TWINS hold no number of anybody."""
import base64
import quopri

from mails import (AFTER, BEFORE, CUE, DIGITS, HEAD, NUMBER, encoded, html, joined, mail, multipart, shifted, subject,
                   text)

BODY = BEFORE + NUMBER + AFTER
QUIET = BEFORE[:-len(CUE)] + AFTER
PLAIN = 'text/plain; charset=utf-8'
HTML = 'text/html; charset=utf-8'


def b64(value, charset='utf-8'):
    return base64.b64encode(value.encode(charset)).decode()


def superscript(number):
    return ''.join({'1': '\u00b9', '2': '\u00b2', '3': '\u00b3'}.get(c) or
                   (chr(0x2070 + int(c)) if c.isdigit() else c) for c in number)


def circled(number):
    return ''.join('\u24ea' if c == '0' else chr(0x2460 + int(c) - 1) if c.isdigit() else c for c in number)


def cells(number):
    return '<table><tr>' + ''.join('<td>%s</td>' % c for c in number) + '</tr></table>'


def uuencoded(content):
    import binascii
    rows = [content[i:i + 45] for i in range(0, len(content), 45)]
    return 'begin 644 note.txt\n' + ''.join(binascii.b2a_uu(row).decode() for row in rows) + '`\nend\n'


INVISIBLE = [('zero-width space', 0x200B), ('zero-width non-joiner', 0x200C), ('zero-width joiner', 0x200D),
             ('left-to-right mark', 0x200E), ('word joiner', 0x2060), ('function application', 0x2061),
             ('invisible separator', 0x2063), ('byte order mark', 0xFEFF), ('soft hyphen', 0xAD),
             ('combining grapheme joiner', 0x34F), ('variation selector', 0xFE0F), ('Mongolian vowel separator', 0x180E),
             ('Arabic letter mark', 0x61C), ('tag character', 0xE0041), ('Hangul filler', 0x115F),
             ('bidi isolate', 0x2066), ('bidi embedding', 0x202A), ('interlinear mark', 0xFFF9),
             ('shorthand control', 0x1BCA0), ('Khmer inherent vowel', 0x17B5)]
COMBINING = [('acute accent', 0x301), ('long stroke overlay', 0x336), ('enclosing circle', 0x20DD),
             ('enclosing keycap', 0x20E3), ('half mark', 0xFE20)]
DIGIT_SETS = [('full-width', 0xFF10), ('mathematical bold', 0x1D7CE), ('mathematical double-struck', 0x1D7D8),
              ('mathematical monospace', 0x1D7F6), ('Arabic-Indic', 0x660), ('Persian', 0x6F0), ('Devanagari', 0x966),
              ('Bengali', 0x9E6), ('Thai', 0xE50), ('subscript', 0x2080), ('segmented', 0x1FBF0), ('Tibetan', 0xF20),
              ('Khmer', 0x17E0), ('Osmanya', 0x104A0), ('Limbu', 0x1946), ('Balinese', 0x1B50), ('Adlam', 0x1E950)]
HYPHENS = [('en dash', 0x2013), ('em dash', 0x2014), ('minus', 0x2212), ('non-breaking hyphen', 0x2011),
           ('full-width hyphen', 0xFF0D), ('small hyphen', 0xFE63), ('figure dash', 0x2012)]
SPACES = [('no-break space', 0xA0), ('em space', 0x2003), ('ideographic space', 0x3000), ('Ogham space', 0x1680)]

FOUND = [
    ('as it is', text(NUMBER)),
    ('nine digits', text(DIGITS)),
    ('spaces for hyphens', text('219 09 9998')),
    ('dots for hyphens', text('219.09.9998')),
    ('a space between all digits', text(joined(' ', DIGITS))),
    ('a space between all characters', text(joined(' '))),
    ('two spaces between all digits', text(joined('  ', DIGITS))),
    ('a dot between all digits', text(joined('.', DIGITS))),
    ('a hyphen between all digits', text(joined('-', DIGITS))),
    ('an underscore between all digits', text(joined('_', DIGITS))),
    ('a slash between all digits', text(joined('/', DIGITS))),
    ('a star between all digits', text(joined('*', DIGITS))),
    ('a comma between all digits', text(joined(',', DIGITS))),
    ('a middle dot between all digits', text(joined('\u00b7', DIGITS))),
    ('a digit a line', text(joined('\n', DIGITS))),
    ('wrapped at the hyphen', text('219-\n09-\n9998')),
    ('wrapped before the hyphen', text('219\n-09\n-9998')),
    ('a quoted reply wrapped inside', mail(PLAIN, '> Please update the chart.\n> SSN 219-09-\n> 9998' +
                                           AFTER.replace('\n', '\n> '))),
    ('blanks around the hyphens', text('219 - 09 - 9998')),
    ('O for 0', text('219-O9-9998')),
    ('l for 1', text('2l9-09-9998')),
    ('I for 1 and O for 0', text('2I9-O9-9998')),
    ('Cyrillic O for 0', text('219-\u041e9-9998')),
    ('superscript digits', text(superscript(NUMBER))),
    ('circled digits', text(circled(NUMBER))),
    ('negative circled digits', text(''.join('\u24ff' if c == '0' else chr(0x2775 + int(c)) if c.isdigit() else c
                                             for c in NUMBER))),
    ('keycap digits', text(''.join(c + '\ufe0f\u20e3' if c.isdigit() else c for c in NUMBER))),
    ('turned by a bidi override', text('\u202e' + NUMBER[::-1] + '\u202c')),
    ('Cyrillic cue', mail(PLAIN, BODY.replace('SSN', '\u0405\u0405N'))),
    ('Cherokee cue', mail(PLAIN, BODY.replace('SSN', '\u13da\u13daN'))),
    ('full-width cue', mail(PLAIN, BODY.replace('SSN', '\uff33\uff33\uff2e'))),
    ('mathematical cue', mail(PLAIN, BODY.replace('SSN', '\U0001d412\U0001d412\U0001d40d'))),
    ('circled cue', mail(PLAIN, BODY.replace('SSN', '\u24c8\u24c8\u24c3'))),
    ('squared cue', mail(PLAIN, BODY.replace('SSN', '\U0001f142\U0001f142\U0001f13d'))),
    ('small capitals in the cue', mail(PLAIN, BODY.replace('SSN', '\ua731\ua731\u0274'))),
    ('accents in the cue', mail(PLAIN, BODY.replace('SSN', '\u015a\u0160\u0143'))),
    # HTML
    ('HTML', html(NUMBER)),
    ('an empty tag inside', html('219-<b></b>09-99<i></i>98')),
    ('a span a digit', html(''.join('<span>%s</span>' % c for c in NUMBER))),
    ('a comment inside', html('219-0<!-- x -->9-99<!---->98')),
    ('a script inside', html('219-0<script>var x = 1;</script>9-9998')),
    ('<wbr> inside', html(joined('<wbr>'))),
    ('&shy; inside', html(joined('&shy;'))),
    ('&zwnj; inside', html(joined('&zwnj;'))),
    ('decimal references', html(''.join('&#%d;' % ord(c) for c in NUMBER))),
    ('hexadecimal references', html(''.join('&#x%X;' % ord(c) for c in NUMBER))),
    ('references without semicolons', html(''.join('&#%d' % ord(c) for c in NUMBER))),
    ('references with zeros', html(''.join('&#%06d;' % ord(c) for c in NUMBER))),
    ('named hyphens', html(NUMBER.replace('-', '&dash;'))),
    ('&nbsp; for hyphens', html(NUMBER.replace('-', '&nbsp;'))),
    ('a hidden decoy inside', html('219-0<span style="display:none">777</span>9-9998')),
    ('a decoy hidden by a sheet', html('219-0<span class="q">777</span>9-9998', '.q{display:none}')),
    ('a decoy of size 0', html('219-0<span style="font-size:0">777</span>9-9998')),
    ('a hidden number', html('<span style="display:none">SSN %s</span>' % NUMBER, before='Please update the chart.')),
    ('white on white', html('<font color="#ffffff">%s</font>' % NUMBER)),
    ('a cell a digit', html(cells(DIGITS))),
    ('a cell a character', html(cells(NUMBER))),
    ('in an alt text', html('<img src="x.png" alt="SSN %s">' % NUMBER)),
    ('in a title', html('<abbr title="SSN %s">it</abbr>' % NUMBER)),
    ('in a link', html('<a href="mailto:x@h.example?body=SSN%%20%s">here</a>' % NUMBER)),
    ('in a comment', html('<!-- SSN %s -->' % NUMBER)),
    ('in a form field', html('<input type="hidden" value="SSN %s">' % NUMBER)),
    ('tags in the cue', mail(HTML, '<p>S<b></b>S<i>N</i> %s</p><p>%s</p>' % (NUMBER, AFTER))),
    ('line breaks by <br>', html('219-<br>09-<br>9998')),
    ('HTML in plain text', mail(PLAIN, '<html><body><p>SSN 219-<b>09</b>-9998</p><p>%s</p></body></html>' % AFTER)),
    ('double references', html(''.join('&amp;#%d;' % ord(c) for c in NUMBER))),
    ('references in plain text', text(''.join('&#%d;' % ord(c) for c in NUMBER))),
    ('text/enriched', mail('text/enriched', 'SSN 219-<bold>09</bold>-9998' + AFTER)),
    # Transfer encodings
    ('quoted-printable', mail(PLAIN, quopri.encodestring(BODY.encode()), 'quoted-printable')),
    ('quoted-printable ASCII', mail(PLAIN, ''.join('=%02X' % c for c in BODY.encode()), 'quoted-printable')),
    ('a soft break inside', mail(PLAIN, BODY.replace('09-', '0=\n9=\n-'), 'quoted-printable')),
    ('base64', encoded('utf-8')),
    ('base64 that nobody declares', mail(PLAIN, base64.encodebytes(BODY.encode() * 3))),
    ('base64 in a text', mail(PLAIN, 'See below.\n\n%s\nRegards\n' % base64.encodebytes(BODY.encode()).decode())),
    ('base64 in one line of a text', mail(PLAIN, 'The code is %s as agreed.\n' % b64(BODY))),
    ('uuencode in a text', mail(PLAIN, 'A file.\n\n' + uuencoded(BODY.encode()))),
    ('an unknown encoding', mail(PLAIN, BODY, 'x-none')),
    # Charsets
    ('UTF-16', encoded('utf-16')),
    ('UTF-16LE', encoded('utf-16-le', 'utf-16le')),
    ('UTF-16BE without a mark', encoded('utf-16-be', 'utf-16')),
    ('UTF-16 called UTF-8', encoded('utf-16-le', 'utf-8')),
    ('UTF-32', encoded('utf-32')),
    ('UTF-7', mail('text/plain; charset=utf-7', BODY.replace(NUMBER, '+ADIAMQA5-+AC0-09-9998'), '7bit')),
    ('ISO-2022-JP', mail('text/plain; charset=iso-2022-jp', BODY.replace(
        NUMBER, '\uff12\uff11\uff19-\uff10\uff19-9998').encode('iso-2022-jp'), '7bit')),
    ('Shift JIS', encoded('shift_jis', body=BODY.replace(NUMBER, '\uff12\uff11\uff19-\uff10\uff19-9998'))),
    ('EBCDIC', encoded('cp037', 'ibm037')),
    ('a charset that nobody knows', encoded('utf-8', 'x-unheard-of')),
    ('Latin-1 called UTF-8', encoded('latin-1', 'utf-8', BODY.replace('chart', 'ch\u00e4rt'))),
    ('UTF-8 called ASCII', encoded('utf-8', 'us-ascii', BODY.replace(NUMBER, shifted(0xFF10)))),
    # Flowed text
    ('flowed', mail(PLAIN + '; format=flowed', BODY.replace('SSN ', 'SSN \n'))),
    ('flowed with DelSp', mail(PLAIN + '; format=flowed; delsp=yes', BODY.replace('09-', '0 \n9-'))),
    ('flowed, quoted, with DelSp', mail(PLAIN + '; format=flowed; delsp=yes',
                                        '> SSN 219-0 \n> 9-9998' + AFTER.replace('\n', '\n> '))),
    # Header fields and structure
    ('in the subject', subject('SSN ' + NUMBER)),
    ('an encoded word', subject('=?utf-8?b?%s?=' % b64('SSN ' + NUMBER))),
    ('an encoded word cut in two', subject('=?utf-8?b?%s?=\n =?utf-8?b?%s?=' % (b64('SSN 219-0'), b64('9-9998')))),
    ('encoded words of two kinds', subject('=?utf-8?q?SSN_219-?= =?iso-8859-1?b?%s?=' % b64('09-9998'))),
    ('a folded subject', subject('SSN\n 219-09-9998')),
    ('a second subject', subject('papers\nSubject: SSN ' + NUMBER)),
    ('a field of their own', subject('papers\nX-Note: SSN ' + NUMBER)),
    ('only in the HTML alternative', multipart('alternative', (PLAIN, QUIET), (HTML, '<p>%s</p>' % BODY))),
    ('only in the text alternative', multipart('alternative', (PLAIN, BODY), (HTML, '<p>%s</p>' % QUIET))),
    ('in the preamble', multipart('mixed', (PLAIN, QUIET), preamble=BODY)),
    ('in the epilogue', multipart('mixed', (PLAIN, QUIET), epilogue=BODY)),
    ('a message inside', multipart('mixed', (PLAIN, 'See below.'), ('message/rfc822', HEAD + '\n' + BODY))),
    ('a file name', multipart('mixed', (PLAIN, QUIET), (
        'application/octet-stream; name="SSN_%s.bin"' % NUMBER, '\x01\x02'))),
    ('a file name by RFC 2231', multipart('mixed', (PLAIN, QUIET), (
        "application/octet-stream\nContent-Disposition: attachment; filename*0*=utf-8''SSN%20219-0;\n filename*1*=9-9998",
        '\x01\x02'))),
    ('dots in the cue', mail(PLAIN, BODY.replace('SSN', 'S.S.N.'))),
]
FOUND += [(name + ' between all digits', text(joined(chr(point)))) for name, point in INVISIBLE]
FOUND += [(name + ' on all digits', text(joined(chr(point)) + chr(point))) for name, point in COMBINING]
FOUND += [(name + ' digits', text(shifted(first))) for name, first in DIGIT_SETS]
FOUND += [(name + ' for hyphens', text(NUMBER.replace('-', chr(point)))) for name, point in HYPHENS]
FOUND += [(name + ' for hyphens', text(NUMBER.replace('-', chr(point)))) for name, point in SPACES]

OUT = [
    ('slashes for hyphens', 'also a date, a fraction or a path: which signs divide a number is for its rule to say',
     text('219/09/9998')),
    ('underscores for hyphens', 'the name of a variable or a file: for the rule to say', text('219_09_9998')),
    ('letters of the cue apart', 'three letters apart are initials', mail(PLAIN, BODY.replace('SSN', 'S S N'))),
    ('base64 in a data URL', 'a link that nobody is shown; programs do not open it', html(
        '<a href="data:text/plain;base64,%s">x</a>' % b64(QUIET + BODY))),
    ('a Katakana dash for hyphens', 'a letter, not a hyphen', text(NUMBER.replace('-', '\u30fc'))),
    ('a number in a link', 'the numbers in links belong to programs; links in which people write are read', html(
        '<a href="https://h.example/?ssn=%s">here</a>' % NUMBER)),
    ('rot13', 'a cipher needs a key that both sides know; any key could be used', mail(
        PLAIN, BEFORE + 'gjb bar avar mreb avar avar avar avar rvtug' + AFTER)),
    ('numbers in words', 'people dictate so, but so do recipes and prices: too many false alarms', text(
        'two one nine zero nine nine nine nine eight')),
    ('leet', 'every letter has many; digits that stand for digits of another alphabet are a cipher', text(
        'ZI9-O9-ggg8')),
    ('reversed without an override', 'the reader sees the wrong number too', text(NUMBER[::-1])),
    ('Roman numerals', 'nobody reads nine digits so', text('II I IX 0 IX IX IX IX VIII')),
    ('spelt in Morse', 'a cipher', text('..--- .---- ----. ----- ----. ----. ----. ----. ---..')),
    ('hexadecimal text', 'programs write so, people do not', text(NUMBER.encode().hex())),
    ('words between the digits', 'text between digits is text', text('2 apples 1 pear 9 plums 0 9 9 kiwis 9 9 8')),
]

TWINS = [
    ('no number', text('')),
    ('single digits of a list', text('1 2 3 4 5 6 7 8 9')),
    ('a scale', text('0 1 2 3 4 5 6 7 8 9 10')),
    ('a telephone number spaced', text('2 1 2 5 5 5 0 1 4 2')),
    ('a numbered list', text('\n1\n2\n3\n4\n5\n6\n7\n8\n9')),
    ('dotted single digits', text('1.2.3.4.5.6.7.8')),
    ('a version', text('2.19.0.9.9.9')),
    ('a date and time', text('2026-11-23 07:08')),
    ('a part number', text('A2I9-O9-999B')),
    ('a table of scores', html('<table><tr><td>2</td><td>10</td><td>9</td><td>0</td><td>9</td></tr></table>')),
    ('letters of an alphabet', text('A B C D E F G H')),
    ('base64 of nothing much', mail(PLAIN, 'See below.\n\n%s\nRegards\n' % base64.encodebytes(QUIET.encode()).decode())),
    ('base64 of a picture', mail(PLAIN, 'See below.\n\n%s\n' % base64.encodebytes(bytes(range(256))).decode())),
    ('a key', mail(PLAIN, BEFORE + 'ssh-ed25519 %s\n' % ('AAAAC3NzaC1lZDI1NTE5AAAAI' * 4) + AFTER)),
    ('a decoy alone', html('<span style="display:none">7</span>')),
    ('empty tags', html('<b></b><i></i>')),
    ('zero-width alone', text('\u200b\u200c\u200d')),
    ('an invalid number in full-width digits', text(shifted(0xFF10).replace('\uff10\uff19', '\uff10\uff10'))),
    ('an invalid number apart', text(joined(' ', '219009998'))),
    ('an invalid number in references', html(''.join('&#%d;' % ord(c) for c in '219-00-9998'))),
    ('a doubly encoded sign', html('&amp;#36;')),
    ('a subject of digits', subject('1 2 3 4 5 6 7 8 9 done')),
    ('an encoded word', subject('=?utf-8?b?%s?=' % b64('papers'))),
    ('UTF-16', encoded('utf-16', body=QUIET)),
    ('Russian', mail(PLAIN, QUIET + '\u041f\u0440\u0438\u0432\u0435\u0442 219')),
]
