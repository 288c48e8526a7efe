# SPDX-License-Identifier: Apache-2.0
"""
Signed zones from the root down, and some that are unsigned, bogus or gone. NAME_SERVER answers, SERVFAIL and BLACK_HOLE do
what they are called. Times to live are short: nothing that a test changes stays.
"""
import os
import re
import subprocess

NAME_SERVER, SERVFAIL, BLACK_HOLE = '127.0.53.1', '127.0.53.2', '127.0.53.3'
HEAD = '$TTL 1\n@ SOA a.nic. root.nic. 1 3600 600 86400 1\n@ NS a.nic.\n'


class Zone:
    """`name` without a dot at its end; the root is ''. `bogus`: owner and type of what is changed behind the signatures."""

    def __init__(self, name, signed):
        self.name, self.signed, self.lines, self.bogus = name, signed, [], []

    def add(self, owner, rest):
        self.lines.append('%s. %s' % (owner, rest))


def run(directory, *command):
    return subprocess.run(command, cwd=directory, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout


def damage(text, bogus):
    """Changes a record's data and leaves its signature."""
    for owner, kind in bogus:
        pattern = r'^(%s\.\t[^\n]*\tIN\t%s\t)(.*)$' % (re.escape(owner), kind)
        change = {'MX': lambda data: '7' + data, 'TXT': lambda data: data[:-2] + 'x"',
                  'A': lambda data: data + '1', 'TLSA': lambda data: data[:-2] + ('00' if data[-2:] != '00' else '11')}[kind]
        text, n = re.subn(pattern, lambda match: match.group(1) + change(match.group(2)), text, flags=re.M)
        assert n > 0, (owner, kind)
    return text


def write_zone(directory, zone):
    """Returns the DS record for the parent, or None."""
    file = (zone.name or 'root') + '.zone'
    with open(os.path.join(directory, file), 'w', encoding='ascii') as out:
        out.write('$ORIGIN %s.\n' % zone.name + HEAD + '\n'.join(zone.lines) + '\n')
    if not zone.signed:
        return None
    key = run(directory, 'ldns-keygen', '-k', '-a', 'ECDSAP256SHA256', zone.name or '.').strip()
    run(directory, 'ldns-signzone', '-b', '-f', file + '.signed', file, key)
    with open(os.path.join(directory, file + '.signed'), encoding='ascii') as signed:
        text = re.sub(r'\s*;\{[^\n]*\}', '', signed.read())
    with open(os.path.join(directory, file), 'w', encoding='ascii') as out:
        out.write(damage(text, zone.bogus))
    with open(os.path.join(directory, key + '.ds'), encoding='ascii') as ds:
        return ds.read().strip(), os.path.join(directory, key + '.key')


def write(directory, domains):
    """Zones below example., with example. and the root; configuration, hints and trust anchor beside them."""
    os.makedirs(directory, exist_ok=True)
    parent, root = Zone('example', True), Zone('', True)
    for zone in domains:
        ds = write_zone(directory, zone)
        parent.add(zone.name, 'NS a.nic.')
        if ds:
            parent.lines.append(ds[0])
    for name, server in (('lame', 'b.nic.'), ('black', 'c.nic.')):
        parent.add(name + '.example', 'NS ' + server)
    root.lines += ['a.nic. A ' + NAME_SERVER, 'b.nic. A ' + SERVFAIL, 'c.nic. A ' + BLACK_HOLE, 'example. NS a.nic.']
    root.lines.append(write_zone(directory, parent)[0])
    anchor = write_zone(directory, root)[1]
    os.rename(anchor, os.path.join(directory, 'root.key'))
    with open(os.path.join(directory, 'root.hints'), 'w', encoding='ascii') as hints:
        hints.write('. 3600 NS a.nic.\na.nic. 3600 A %s\n' % NAME_SERVER)
    with open(os.path.join(directory, 'nsd.conf'), 'w', encoding='ascii') as conf:
        conf.write('server:\n ip-address: %s\n username: ""\n zonesdir: "%s"\n pidfile: "%s/nsd.pid"\n database: ""\n'
                   ' xfrdfile: "%s/xfrd"\n zonelistfile: "%s/list"\n server-count: 1\n do-ip6: no\n logfile: "%s/nsd.log"\n'
                   'remote-control:\n control-enable: no\n' % ((NAME_SERVER,) + 5 * (directory,)))
        for zone in [root, parent] + domains:
            conf.write('zone:\n name: "%s."\n zonefile: "%s.zone"\n' % (zone.name, zone.name or 'root'))
    with open(os.path.join(directory, 'unbound.conf'), 'w', encoding='ascii') as conf:
        conf.write('server:\n interface: 127.0.0.1\n username: ""\n chroot: ""\n directory: "%s"\n pidfile: "%s/unbound.pid"\n'
                   ' use-syslog: no\n logfile: "%s/unbound.log"\n do-ip6: no\n do-not-query-localhost: no\n'
                   ' root-hints: "root.hints"\n trust-anchor-file: "root.key"\n cache-max-negative-ttl: 1\n'
                   ' access-control: 127.0.0.0/8 allow\nremote-control:\n control-enable: no\n' % (3 * (directory,)))
