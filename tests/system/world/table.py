# SPDX-License-Identifier: Apache-2.0
"""domains.tsv, for the world and for those who test in it."""
import os

COLUMNS = ('name', 'setup', 'evidence', 'level', 'ordinary', 'promise')


def read_domains():
    """Rows of domains.tsv, each a dictionary; {d} is the domain."""
    rows = []
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'domains.tsv'), encoding='utf-8') as file:
        for line in file:
            fields = line.rstrip('\n').split('\t')
            if line.startswith('#') or len(fields) != len(COLUMNS):
                continue
            row = dict(zip(COLUMNS, fields))
            row['domain'] = row['name'] + '.example'
            for column in ('ordinary', 'promise'):
                row[column] = '' if row[column] == '-' else row[column].replace('{d}', row['domain'])
            rows.append(row)
    return rows
