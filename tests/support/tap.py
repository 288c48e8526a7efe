# SPDX-License-Identifier: Apache-2.0
"""TAP for test scripts, and a stack of their own for those that need one."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'contrib'))
import stackmail  # noqa: E402

count = 0
failed = 0


def ok(good, name, seen=''):
    """One check; `seen` is shown when it fails."""
    global count, failed
    count += 1
    if not good:
        failed += 1
    print('%sok %d - %s' % ('' if good else 'not ', count, name), flush=True)
    if not good and seen != '':
        say(seen)
    return bool(good)


def equal(got, want, name):
    return ok(got == want, name, 'got:  %r\nwant: %r' % (got, want))


def say(text):
    for line in str(text).splitlines():
        print('# ' + line, flush=True)


def skip(name, why):
    global count
    count += 1
    print('ok %d - %s # SKIP %s' % (count, name, why), flush=True)


def skip_all(why):
    print('1..0 # SKIP ' + why, flush=True)
    sys.exit(0)


def done():
    print('1..%d' % count, flush=True)
    sys.exit(1 if failed else 0)


def need_system():
    """Tests of the whole system start Postfix: they run when they are asked for, as root."""
    if os.environ.get('POSTSEAL_SYSTEM_TESTS') != '1':
        skip_all('POSTSEAL_SYSTEM_TESTS=1 is not set (contrib/check sets it)')
    if os.geteuid() != 0:
        skip_all('only root can start Postfix')
    if shutil.which('postfix', path=os.environ['PATH'] + ':/usr/sbin') is None:
        skip_all('Postfix is not installed')


def stack_command(*arguments):
    environment = dict(os.environ)
    if environment.get('top_builddir'):
        environment.setdefault('POSTSEAL_BUILD', environment['top_builddir'])
    return subprocess.run([os.path.join(TOP, 'contrib', 'stack'), *arguments], env=environment, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)


@contextlib.contextmanager
def running_stack(*options, policy=None):
    """A stack of the test's own; `policy` is the text of its policy.yaml. Kept when a check failed."""
    directory = tempfile.mkdtemp(prefix='postseal-test.', dir='/tmp')
    os.chmod(directory, 0o755)
    if policy is not None:
        path = os.path.join(directory, 'policy.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(policy)
        options += ('--set', 'policy_file=' + path)
    try:
        result = stack_command('up', directory, *options)
        if result.returncode != 0:
            ok(False, 'the stack starts', result.stdout)
            done()
        yield stackmail.Stack(directory)
    except Exception:
        tell_why(directory)
        raise
    finally:
        stack_command('down', directory)
        check_sanitizers(directory)
        if failed:
            say('kept: ' + directory)
        else:
            shutil.rmtree(directory, ignore_errors=True)


def tell_why(directory):
    """What the milter said last, for a test that did not get to its end."""
    try:
        with open(os.path.join(directory, 'log', 'milter.log'), errors='replace') as file:
            say(''.join(file.readlines()[-10:]))
    except OSError as error:
        say(error)


def check_sanitizers(directory):
    """No daemon's log tells of a memory fault."""
    logs = os.path.join(directory, 'log')
    for name in sorted(os.listdir(logs)) if os.path.isdir(logs) else []:
        with open(os.path.join(logs, name), errors='replace') as file:
            text = file.read()
        for sign in ('ERROR: AddressSanitizer', 'runtime error:', 'ERROR: LeakSanitizer'):
            if sign in text:
                ok(False, '%s: nothing from the sanitizers' % name, text[text.index(sign):][:2000])


def sample(name):
    with open(os.path.join(TOP, 'contrib', 'samples', name), 'rb') as file:
        return file.read()


def lf(content):
    """As a Maildir keeps it."""
    return content.replace(b'\r\n', b'\n')
