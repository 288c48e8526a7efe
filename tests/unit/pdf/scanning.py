# SPDX-License-Identifier: Apache-2.0
"""PDFs as attachments, judged by the programs as they are shipped, with a rule for the marker."""
import base64
import json
import os
import subprocess

import tap

BUILD = os.environ.get('top_builddir', '.')
PACK = r'''pack: test
rules:
  - id: planted
    title: The marker
    kind: identifier
    pattern: '\bMARK-\d{4}\b'
    confidence: 90
    tests: {hit: [MARK-1234], miss: [MARK-12]}
'''


def mail(content):
    lines = base64.encodebytes(content).replace(b'\n', b'\r\n')
    return (b'From: a@a.example\r\nSubject: file\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name="a.pdf"\r\n'
            b'Content-Disposition: attachment; filename="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + lines)


def scan(folder, files):
    """The answer for each file."""
    for number, content in enumerate(files):
        with open(os.path.join(folder, 'm%04d.eml' % number), 'wb') as file:
            file.write(mail(content))
    os.mkdir(os.path.join(folder, 'rules'))
    with open(os.path.join(folder, 'rules', 'test.yaml'), 'w', encoding='ascii') as file:
        file.write(PACK)
    names = [os.path.join(folder, 'm%04d.eml' % number) for number in range(len(files))]
    command = [os.path.join(BUILD, 'cli', 'postseal'), 'scan', '--format', 'json', '--rules', os.path.join(folder, 'rules'), *names]
    result = subprocess.run(command, env=dict(os.environ, POSTSEAL_PARSER=os.path.join(BUILD, 'parser', 'postseal-parser')),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=600)
    if result.stderr:
        tap.say(result.stderr.decode(errors='replace')[-3000:])
    answers = {answer['path']: answer for answer in map(json.loads, result.stdout.splitlines())}
    return [answers.get(name, {}) for name in names]
