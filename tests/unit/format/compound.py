# SPDX-License-Identifier: Apache-2.0
"""A writer of compound files ([MS-CFB]) for tests, with the faults that a test asks for."""
import struct

END, FREE, FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


class Compound:
    def __init__(self, version=3):
        self.shift = 12 if version == 4 else 9
        self.version = version
        self.nodes = {'': (5, b'')}  # path -> kind, content
        self.unlinked = []

    def add(self, path, content, linked=True):
        parts = path.split('/')
        for i in range(1, len(parts)):
            self.nodes.setdefault('/'.join(parts[:i]), (1, b''))
        self.nodes[path] = (2, content)
        if not linked:
            self.unlinked.append(path)
        return self

    def bytes(self):
        size = 1 << self.shift
        sectors, fat = [], []

        def put(content):
            """The first sector of a chain that holds the content."""
            if not content:
                return END
            first = len(sectors)
            n = (len(content) + size - 1) // size
            for i in range(n):
                sectors.append(content[i * size:(i + 1) * size].ljust(size, b'\0'))
                fat.append(first + i + 1 if i + 1 < n else END)
            return first

        mini, mini_fat, places = b'', [], {}
        for path, (kind, content) in self.nodes.items():
            if kind != 2:
                continue
            if len(content) >= 4096:
                places[path] = put(content)
                continue
            first = len(mini_fat) if content else END
            n = (len(content) + 63) // 64
            mini += content.ljust(n * 64, b'\0')
            mini_fat += [first + i + 1 for i in range(n - 1)] + ([END] if n else [])
            places[path] = first
        paths = list(self.nodes)
        index = {path: i for i, path in enumerate(paths)}

        def parent_of(path):
            return path.rsplit('/', 1)[0] if '/' in path else ''

        children = {path: [] for path in paths}
        for path in paths[1:]:
            if path not in self.unlinked:
                children[parent_of(path)].append(path)
        right, child = {}, {}
        for path, names in children.items():
            names.sort(key=lambda p: (len(p), p.upper()))
            child[path] = index[names[0]] if names else NONE
            for a, b in zip(names, names[1:]):
                right[a] = index[b]
        mini_start = put(mini)
        mini_fat_start = put(struct.pack('<%dI' % len(mini_fat), *mini_fat).ljust(-(-len(mini_fat) * 4 // size) * size, b'\xff'))
        directory = b''
        for path in paths:
            kind, content = self.nodes[path]
            name = (path.rsplit('/', 1)[-1] if path else 'Root Entry').encode('utf-16le')
            start = mini_start if kind == 5 else places.get(path, 0)
            length = len(mini) if kind == 5 else len(content)
            directory += struct.pack('<64sHBBIII16sI8s8sIQ', name, len(name) + 2, kind, 1, NONE, right.get(path, NONE),
                                     child[path], b'', 0, b'', b'', start, length)
        empty = struct.pack('<64sHBBIII16sI8s8sIQ', b'', 0, 0, 0, NONE, NONE, NONE, b'', 0, b'', b'', 0, 0)
        while len(directory) % size:
            directory += empty
        directory_start = put(directory)
        per = size // 4
        n_fat = 1
        while n_fat * per < len(fat) + n_fat:
            n_fat += 1
        fat_start = len(sectors)
        fat += [FAT] * n_fat
        fat += [FREE] * (n_fat * per - len(fat))
        listed = [fat_start + i for i in range(n_fat)] + [FREE] * (109 - n_fat)
        header = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 16
        header += struct.pack('<HHHHH6x', 0x3E, self.version, 0xFFFE, self.shift, 6)
        header += struct.pack('<IIIIIIIII', 0, n_fat, directory_start, 0, 4096,
                              mini_fat_start if mini_fat else END, -(-len(mini_fat) // per), END, 0)
        header += struct.pack('<109I', *listed)
        return (header.ljust(size, b'\0') + b''.join(sectors) + struct.pack('<%dI' % len(fat), *fat))


def properties(code_page, values, names=None):
    """A property set stream ([MS-OLEPS]): the summary, or with names one that a user defined."""
    blocks = {1: struct.pack('<HHI', 2, 0, code_page)}
    for key, text in values.items():
        raw = text.encode('cp1252') + b'\0'
        blocks[key] = struct.pack('<HHI', 30, 0, len(raw)) + raw.ljust(-(-len(raw) // 4) * 4, b'\0')
    if names:
        blocks[0] = struct.pack('<I', len(names)) + b''.join(
            struct.pack('<II', key, len(name) + 1) + name.encode('cp1252') + b'\0' for key, name in names.items())
        blocks[0] = blocks[0].ljust(-(-len(blocks[0]) // 4) * 4, b'\0')
    at = 8 + 8 * len(blocks)
    table, body = b'', b''
    for key, block in blocks.items():
        table += struct.pack('<II', key, at + len(body))
        body += block
    section = struct.pack('<II', at + len(body), len(blocks)) + table + body
    identity = bytes.fromhex('05d5cdd59c2e1b10939708002b2cf9ae' if names else 'e0859ff2f94f6810ab9108002b27b3d9')
    return struct.pack('<HHI16xI', 0xFFFE, 0, 2, 1) + identity + struct.pack('<I', 48) + section


def packager(name, content):
    """The stream of an embedded file ("Ole10Native")."""
    raw = name.encode('cp1252') + b'\0'
    path = b'C:\\Users\\zoe\\' + raw
    body = struct.pack('<H', 2) + raw + path + struct.pack('<HH', 0, 3) + struct.pack('<I', len(path)) + path
    body += struct.pack('<I', len(content)) + content
    return struct.pack('<I', len(body)) + body
