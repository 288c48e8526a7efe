# SPDX-License-Identifier: Apache-2.0
"""Where a PDF can hold a text. PLACES: name of the place, as a finding tells it; a function from the text to a file."""
import pdfmake
from pdfmake import Pdf, draw, stream

PLACES = []


def place(where, name):
    def add(make):
        PLACES.append((name, where, make))
        return make
    return add


def page(content, **how):
    pdf = Pdf()
    pdf.page(content, **how)
    return pdf.build()


def with_objects(catalog, *values, content=b'', more='', trailer=''):
    """Values become the objects from 3 on; the page comes behind them."""
    pdf = Pdf(catalog, trailer)
    for value in values:
        pdf.add(value)
    pdf.page(content, more)
    return pdf.build()


for title, make in (
        ('text of a page', draw),
        ('white on white', lambda m: draw(m, before='1 1 1 rg')),
        ('neither filled nor stroked', lambda m: draw(m, before='3 Tr')),
        ('added to the clipping path only', lambda m: draw(m, before='7 Tr')),
        ('far above the page', lambda m: draw(m, at='100 9000')),
        ('left of the page', lambda m: draw(m, at='-4000 20')),
        ('letters of a tenth of a point', lambda m: b'.1 0 0 .1 72 700 cm ' + draw(m, at='0 0', size=1)),
        ('outside a clipping path', lambda m: b'0 0 1 1 re W n ' + draw(m)),
        ('below a picture of its colour', lambda m: draw(m) + b' 1 1 1 rg 0 0 612 792 re f'),
        ('turned by a quarter', lambda m: b'0 1 -1 0 300 300 cm ' + draw(m, at='0 0')),
        ('letter by letter', lambda m: b'BT /F 12 Tf 72 700 Td [' + b' '.join(b'(%c) -20' % c for c in m.encode()) + b'] TJ ET'),
        ('octal', lambda m: b'BT /F 12 Tf 72 700 Td (' + b''.join(b'\\%03o' % c for c in m.encode()) + b') Tj ET'),
        ('hexadecimal', lambda m: b'BT /F 12 Tf 72 700 Td <' + m.encode().hex().encode() + b'> Tj ET')):
    place('page 1', title)(lambda m, make=make: page(make(m)))


@place('page 3', 'a later page')
def _(m):
    pdf = Pdf()
    for text in ('first', 'second', m):
        pdf.page(draw(text), compress=True)
    return pdf.build()


@place('page 1', 'outside the crop box')
def _(m):
    return page(draw(m), more='/CropBox[0 0 50 50]')


@place('page 1', 'outside a tiny page')
def _(m):
    return page(draw(m), more='/MediaBox[0 0 1 1]')


@place('page 1', 'a page that is turned')
def _(m):
    return page(draw(m), more='/Rotate 90')


@place('page 1', 'in a form that the page draws')
def _(m):
    pdf = Pdf()
    form = pdf.add(stream(draw(m), '/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</Font<</F<</Type/Font/Subtype'
                                   '/Type1/BaseFont/Courier>>>>>>'))
    pdf.page(b'/X Do', resources='/XObject<</X %d 0 R>>' % form)
    return pdf.build()


@place('page 1', 'in a layer that is off')
def _(m):
    return with_objects('/OCProperties<</OCGs[3 0 R]/D<</OFF[3 0 R]>>>>', '<</Type/OCG/Name(draft)>>',
                        content=b'/OC /L BDC ' + draw(m) + b' EMC',
                        more='/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>/Properties<</L 3 0 R>>>>')


@place('layers', 'the name of a layer')
def _(m):
    return with_objects('/OCProperties<</OCGs[3 0 R]/D<</OFF[3 0 R]>>>>', '<</Type/OCG/Name(%s)>>' % m)


@place('page 1', 'a Japanese font that is not in the file')
def _(m):
    return page('BT /F 12 Tf 72 700 Td ('.encode() + '患者 '.encode('cp932').replace(b'\\', b'\\\\') + m.encode() + b') Tj ET',
                font='<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H/DescendantFonts[<</Type/Font'
                     '/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)'
                     '/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox'
                     '[0 0 1000 1000]/ItalicAngle 0/Ascent 700/Descent -100/CapHeight 700/StemV 80>>>>]>>')


@place('page 1', 'letters known by a ToUnicode table only')
def _(m):
    pdf = Pdf()
    table = pdf.add(stream(b'begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar %s endbfchar endcmap' % (
        len(m), b' '.join(b'<%02X> <%04X>' % (i + 1, ord(c)) for i, c in enumerate(m)))))
    pdf.page(b'BT /F 12 Tf 72 700 Td <' + bytes(range(1, len(m) + 1)).hex().encode() + b'> Tj ET',
             font='<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Odd/FirstChar 1/LastChar %d/Widths[%s]/ToUnicode %d 0 R>>' % (
                 len(m), '500 ' * len(m), table))
    return pdf.build()


@place('annotations', 'a note')
def _(m):
    return with_objects('', '<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(%s)/T(Zoe)>>' % m, more='/Annots[3 0 R]')


@place('annotations', 'a note in rich text')
def _(m):
    return with_objects('', '<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/DA(/F 1 Tf)/RC(<p>%s</p>)>>' % m, more='/Annots[3 0 R]')


@place('annotations', 'a note that is hidden, direct in the page')
def _(m):
    return with_objects('', more='/Annots[<</Subtype/Text/F 2/Rect[0 0 0 0]/Contents(%s)>>]' % m)


def field(more):
    return with_objects('/AcroForm<</Fields[3 0 R]>>', '<</FT/Tx/T(mrn)%s>>' % more)


place('form fields', 'a field')(lambda m: field('/Subtype/Widget/Rect[0 0 9 9]/V(%s)' % m))
place('form fields', 'a hidden field')(lambda m: field('/Subtype/Widget/F 2/Rect[0 0 0 0]/V(%s)' % m))
place('form fields', 'a field without a place on a page')(lambda m: field('/V(%s)' % m))
place('form fields', 'what a field is reset to')(lambda m: field('/DV(%s)' % m))
place('form fields', 'the tooltip of a field')(lambda m: field('/TU(%s)' % m))
place('form fields', 'a choice')(lambda m: field('/FT/Ch/Opt[(x)[(1)(%s)]]' % m))
place('form fields', 'a field in UTF-16')(lambda m: field('/V<FEFF%s>' % m.encode('utf-16-be').hex()))
place('form fields', 'a box that is ticked')(lambda m: field('/FT/Btn/V/%s' % m))


@place('form fields', 'a field whose value is a stream')
def _(m):
    return with_objects('/AcroForm<</Fields[3 0 R]>>', '<</FT/Tx/T(a)/V 4 0 R>>', stream(m.encode(), compress=True))


@place('file (xfa.xml) > content > data/mrn', 'an XFA form')
def _(m):
    return with_objects('/AcroForm<</Fields[]/XFA[(datasets) 3 0 R]>>',
                        stream(b'<?xml version="1.0"?><data><mrn>%s</mrn></data>' % m.encode()))


@place('outline', 'a bookmark')
def _(m):
    return with_objects('/Outlines<</First 3 0 R/Last 3 0 R/Count 1>>', '<</Title(%s)/Parent 1 0 R>>' % m)


place('document properties', 'the title')(lambda m: with_objects('', '<</Title(%s)>>' % m, trailer='/Info 3 0 R'))
place('document properties', 'a property of its own')(lambda m: with_objects('', '<</Patient(%s)>>' % m, trailer='/Info 3 0 R'))
place('document properties', 'a date that is none')(lambda m: with_objects('', '<</ModDate(%s)>>' % m, trailer='/Info 3 0 R'))

RDF = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="r" xmlns:dc="d"><r:Description %s</r:RDF></x:xmpmeta>'
XMP = '/Type/Metadata/Subtype/XML'
place('XMP metadata', 'an element of metadata')(lambda m: with_objects('/Metadata 3 0 R', stream(
    RDF % (b'><dc:title>%s</dc:title></r:Description>' % m.encode()), XMP)))
place('XMP metadata', 'an attribute of metadata')(lambda m: with_objects('/Metadata 3 0 R', stream(
    RDF % (b'dc:title="%s"/>' % m.encode()), XMP, compress=True)))
place('XMP metadata', 'metadata that is no XML')(lambda m: with_objects('/Metadata 3 0 R', stream(b'<x>' + m.encode(), XMP)))

place('JavaScript', 'a script')(lambda m: with_objects('/OpenAction<</S/JavaScript/JS(var a = "%s")>>' % m))
place('JavaScript', 'a script in a stream')(lambda m: with_objects(
    '/OpenAction<</S/JavaScript/JS 3 0 R>>', stream(b'var a = "%s"' % m.encode(), compress=True)))
place('links', 'a link')(lambda m: with_objects(
    '', '<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://a.example/?%s)>>>>' % m, more='/Annots[3 0 R]'))
place('alternative text', 'the alternative to a picture')(lambda m: with_objects(
    '/StructTreeRoot<</Type/StructTreeRoot/K 3 0 R>>', '<</Type/StructElem/S/Figure/Alt(%s)>>' % m))
place('other strings', 'an object that nothing refers to')(lambda m: with_objects('', '(%s)' % m))
place('other strings', 'a page label')(lambda m: with_objects('/PageLabels<</Nums[0<</P(%s)>>]>>' % m))
place('other strings', 'the reason of a signature')(lambda m: with_objects(
    '', '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>/Reason(%s)>>' % m))


def attachment(name='a.txt', description='', content=b'x', more='/Type/EmbeddedFile'):
    return with_objects('/Names<</EmbeddedFiles<</Names[(a) 3 0 R]>>>>',
                        '<</Type/Filespec/F(%s)/Desc(%s)/EF<</F 4 0 R>>>>' % (name, description), stream(content, more, compress=True))


place('file (a.txt)', 'in an attached file')(lambda m: attachment(content=m.encode()))
place('file (b.txt)', 'in an attached file that does not say so')(lambda m: attachment('b.txt', content=m.encode(), more=''))
place('attachments', 'the description of an attached file')(lambda m: attachment(description=m))
place('file (n.pdf) > page 1', 'in a PDF in a PDF')(lambda m: attachment('n.pdf', content=page(draw(m))))


@place('page 1, 1 revisions ago', 'what a page said before it was changed')
def _(m):
    pdf = Pdf()
    pdf.page(draw(m))
    return pdfmake.update(pdf.build(), {3: stream(draw('nothing here'))}, pdf.next)


@place('document properties > 1 revisions ago', 'a property before it was changed')
def _(m):
    pdf = with_objects('', '<</Title(%s)>>' % m, trailer='/Info 3 0 R')
    return pdfmake.update(pdf, {3: b'<</Title(nothing)>>'}, 6, '/Info 3 0 R')


@place('annotations', 'a note in an object stream')
def _(m):
    pdf = Pdf()
    note = pdf.add('<</Subtype/Text/Rect[0 0 9 9]/Contents(%s)>>' % m)
    pdf.page(more='/Annots[%d 0 R]' % note)
    return pdfmake.in_object_stream(pdf)


place('page 1', 'encrypted for whoever has no password')(lambda m: pdfmake.encrypted(draw(m), b'', b'owner'))
place('page 1', 'behind other bytes')(lambda m: page(draw(m)).replace(b'%PDF', b'\0' * 900 + b'%PDF', 1))
place('page 1', 'without a table of its objects')(lambda m: page(draw(m)).replace(b'xref\n0 1', b'\n0 1').replace(b' n \n', b'\n'))
place('page 1', 'with a table that is wrong')(lambda m: page(draw(m)).replace(b'00000 n', b'00001 n').replace(b'obj\n', b'obj\n\n\n'))
place('page 1', 'a page tree that contains itself')(lambda m: page(draw(m)).replace(b'/Kids[', b'/Kids[2 0 R '))
