# SPDX-License-Identifier: Apache-2.0
"""What scripts do with a running stack (contrib/stack): send mail by SMTP, read what arrived, open the portal as a
recipient without script would, and compare words. Standard library only; it shares no code with what it checks."""
import email
import email.policy
import glob
import html
import http.client
import os
import re
import shlex
import smtplib
import ssl
import subprocess
import time
import urllib.parse

LINK = re.compile(r'(https://[^\s"<>]+/m)#([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})')
CODE = re.compile(r'^Your code is (\d{3}) ?(\d{3})$')


class Stack:
    """A running stack, by its directory."""

    def __init__(self, directory):
        self.directory = os.path.abspath(directory)
        self.env = {}
        self.reloads = 0
        self.read = {}  # path: Mail; a delivered file never changes
        with open(os.path.join(self.directory, 'env'), encoding='utf-8') as file:
            for line in file:
                name, mark, value = line.strip().partition('=')
                if mark:
                    self.env[name] = ''.join(shlex.split(value))

    def __getitem__(self, name):
        return self.env[name]

    def send(self, content, sender, recipients, retry_for=0):
        """Sends by SMTP exactly these bytes; on 4xx, or when nobody answers, again for some seconds."""
        host, port = self['SMTP_ADDR'].split(':')
        end = time.monotonic() + retry_for
        left = list(recipients)
        while left:
            try:
                with smtplib.SMTP(host, int(port), local_hostname='client.lakemont.example', timeout=120) as smtp:
                    refused = smtp.sendmail(sender, left, content, mail_options=['BODY=8BITMIME'])
                if refused:
                    left = list(refused)
                    raise smtplib.SMTPRecipientsRefused(refused)
                return
            except (smtplib.SMTPException, OSError) as error:
                if time.monotonic() >= end or is_permanent(error):
                    raise
                time.sleep(0.2)

    def mails(self, far='*'):
        """All delivered mail of one far end (inside, verified, untrusted, plain) or of all."""
        root = os.path.join(self.directory, 'maildir', far)
        mails = []
        for path in sorted(glob.glob(os.path.join(root, 'new', '*'))):
            if path not in self.read:
                self.read[path] = Mail(path)
            mails.append(self.read[path])
        return mails

    def wait_for_mail(self, fits, seconds=30, far='*'):
        """The first delivered mail that fits; raises TimeoutError when none comes."""
        end = time.monotonic() + seconds
        seen = set()
        while True:
            for mail in self.mails(far):
                if mail.path not in seen and fits(mail):
                    return mail
                seen.add(mail.path)
            if time.monotonic() >= end:
                raise TimeoutError('no such mail came within %d s' % seconds)
            time.sleep(0.05)

    def queue_is_empty(self):
        # Mail that is tried again goes from deferred to incoming and active, and back: no order alone sees all of it.
        for name in ('deferred', 'maildrop', 'incoming', 'active', 'deferred', 'hold'):
            for instance in ('site', 'far'):
                for _, _, files in os.walk(os.path.join(self.directory, instance, 'queue', name)):
                    if files:
                        return False
        return True

    def wait_for_empty_queue(self, seconds=60):
        end = time.monotonic() + seconds
        while not self.queue_is_empty():
            if time.monotonic() >= end:
                raise TimeoutError('the queue did not drain within %d s' % seconds)
            time.sleep(0.05)

    def reload_postfix(self, seconds=30):
        """Takes its configuration over; returns when new clients meet it. Its greeting tells."""
        self.reloads += 1
        greeting = 'configuration %d' % self.reloads
        postfix = ['-c', self['POSTFIX_CONF']]
        quiet = {'check': True, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
        subprocess.run(['postconf', *postfix, 'smtpd_banner=$myhostname ESMTP ' + greeting], **quiet)
        subprocess.run(['postfix', *postfix, 'reload'], **quiet)
        host, port = self['SMTP_ADDR'].split(':')
        end = time.monotonic() + seconds
        while True:
            try:
                with smtplib.SMTP(timeout=10) as smtp:
                    if greeting.encode() in smtp.connect(host, int(port))[1]:
                        return
            except (smtplib.SMTPException, OSError):
                pass  # none listens for a moment
            if time.monotonic() >= end:
                raise TimeoutError('Postfix did not reload within %d s' % seconds)
            time.sleep(0.05)

    def open_link(self, link, recipient, seconds=30):
        """As the recipient: the link, the code that comes by mail, the original. Returns its bytes."""
        before = {mail.path for mail in self.mails()}
        browser = Browser(self['PORTAL_URL'], self['PORTAL_CA'])
        browser.begin(link)
        code = self.wait_for_mail(
            lambda mail: mail.path not in before and mail.recipient == recipient and mail.code, seconds).code
        status = browser.open(link, code)
        if status != 303:
            raise PermissionError('the portal refused link and code (status %d)' % status)
        status, content = browser.get('/m/original')
        if status != 200:
            raise PermissionError('the portal did not give the original (status %d)' % status)
        return content


def is_permanent(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


class Mail:
    """One delivered mail. Line ends are those of the Maildir: LF."""

    def __init__(self, path):
        self.path = path
        with open(path, 'rb') as file:
            self.content = file.read()
        self.message = email.message_from_bytes(self.content, policy=email.policy.default)
        self.recipient = field(self.message, 'Delivered-To').lower()

    @property
    def body(self):
        return self.content.partition(b'\n\n')[2]

    @property
    def subject(self):
        return field(self.message, 'Subject')

    @property
    def message_id(self):
        return ''.join(field(self.message, 'Message-ID').split())

    @property
    def link(self):
        """The portal link of a notice, or None."""
        for text in texts(self.message):
            found = LINK.search(text)
            if found:
                return found.group(0)
        return None

    @property
    def code(self):
        """The digits of a mailed code, or None."""
        found = CODE.match(self.subject)
        return found.group(1) + found.group(2) if found else None


class Browser:
    """A browser without script, good enough for the portal's forms."""

    def __init__(self, origin, authority):
        parts = urllib.parse.urlsplit(origin)
        self.origin = origin
        context = ssl.create_default_context(cafile=authority)
        self.connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=context, timeout=60)
        self.cookie = None

    def request(self, method, path, form=None):
        headers = {'Origin': self.origin, 'Accept': 'text/html,*/*'}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        if self.cookie:
            headers['Cookie'] = self.cookie
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for value in answer.headers.get_all('Set-Cookie') or []:
            self.cookie = value.split(';')[0]
        return answer.status, content

    def get(self, path):
        return self.request('GET', path)

    def begin(self, link):
        return self.request('POST', '/m/begin', {'link': link})[0]

    def open(self, link, code):
        return self.request('POST', '/m/open', {'link': link, 'code': code})[0]


def field(message, name):
    """A header field's text; Python's parser gives up on some malformed ones: then as it stands there."""
    try:
        return str(message.get(name, ''))
    except Exception:  # any of its parser's errors
        return ''.join(str(value) for key, value in message.raw_items() if key.lower() == name.lower())


def decoded(part):
    payload = part.get_payload(decode=True) or b''
    try:
        return payload.decode(part.get_content_charset('utf-8'), 'replace')
    except (LookupError, ValueError):
        return payload.decode('utf-8', 'replace')


def texts(message):
    """The decoded text of every text part, at any depth, and of texts that are attached."""
    for part in message.walk():
        if part.get_content_maintype() == 'text':
            yield decoded(part)


WORD = re.compile(r'[^\W_]{3,}')
TAG = re.compile(r'<(?:style|script).*?</(?:style|script)>|<[^>]*>', re.S | re.I)
SECRET = re.compile(r'[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}')


def words_of_text(text):
    return {word.lower() for word in WORD.findall(text)}


def words(message):
    """Every word of three or more letters or digits of subject, texts and file names."""
    found = words_of_text(field(message, 'Subject'))
    for text in texts(message):
        found |= words_of_text(text) | words_of_text(html.unescape(TAG.sub(' ', text)))
    for part in message.walk():
        found |= words_of_text(part.get_filename() or '')
    return found


# What a relay or the recipient's mail system writes, and the time: never the sender's words.
TRACE = {'received', 'return-path', 'delivered-to', 'x-original-to', 'date', 'message-id', 'x-postseal-handled'}


def notice_words(mail):
    """Every word that a notice shows or holds: all header fields but the trace, and its texts, without the link."""
    found = set()
    for name in set(mail.message.keys()):
        if name.lower() not in TRACE and name.lower() != 'content-type':
            found |= words_of_text(name + ' ' + field(mail.message, name))
    for text in texts(mail.message):
        text = SECRET.sub(' ', LINK.sub(' ', text))
        found |= words_of_text(text) | words_of_text(html.unescape(TAG.sub(' ', text)))
    return found


class Item:
    """One message to be sent, and what became of it."""

    def __init__(self, name, content, sender, recipient, label):
        self.name = name
        self.content = content
        self.sender = sender
        self.recipient = recipient
        self.label = label
        self.message = email.message_from_bytes(content, policy=email.policy.default)
        self.decision = None  # pass, portal
        self.link = None
        self.problems = []


def load_samples(directory):
    with open(os.path.join(directory, 'labels.tsv'), encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file][1:]
    items = []
    for name, label, sender, recipient, _ in rows:
        with open(os.path.join(directory, name), 'rb') as file:
            items.append(Item(name, file.read(), sender, recipient, label))
    return items


def send_and_judge(stack, items, progress=lambda done, total, what: None):
    """Sends each item to its recipient, who gets nothing else, and finds out what arrived: exactly one mail, which
    is either the message itself, unchanged, or a notice that holds no word of it and opens to its very bytes."""
    for number, item in enumerate(items):
        progress(number, len(items), 'sending')
        stack.send(item.content, item.sender, [item.recipient], retry_for=30)
    progress(len(items), len(items), 'waiting for the queue')
    stack.wait_for_empty_queue()
    arrived = {}
    for mail in stack.mails():
        if not mail.code:
            arrived.setdefault(mail.recipient, []).append(mail)
    notices = [mail for mails in arrived.values() for mail in mails if mail.link]
    template = set.intersection(*map(notice_words, notices)) if len(notices) >= 3 else set()
    for number, item in enumerate(items):
        progress(number, len(items), 'reading and opening')
        judge(stack, item, arrived.get(item.recipient.lower(), []), template)


def judge(stack, item, mails, template):
    if len(mails) != 1:
        item.problems.append('%d mails arrived instead of one' % len(mails))
        return
    if mails[0].link is None:
        item.decision = 'pass'
        if mails[0].body != item.content.partition(b'\r\n\r\n')[2].replace(b'\r\n', b'\n'):
            item.problems.append('its body was changed')
        elif not mails[0].content.endswith(item.content.replace(b'\r\n', b'\n')):
            item.problems.append('its header was changed')
        return
    item.decision = 'portal'
    item.link = mails[0].link
    allowed = words_of_text(item.sender + ' ' + item.recipient + ' ' + field(item.message, 'From'))
    leaked = (notice_words(mails[0]) & words(item.message)) - template - allowed
    if leaked:
        item.problems.append('words of it in the notice: ' + ' '.join(sorted(leaked)))
    try:
        original = stack.open_link(item.link, item.recipient.lower())
    except (PermissionError, TimeoutError, OSError) as error:
        item.problems.append('it does not open: %s' % error)
        return
    if original != item.content:
        item.problems.append('the opened original differs (%s)' % first_difference(original, item.content))


def first_difference(got, want):
    for place, (a, b) in enumerate(zip(got, want)):
        if a != b:
            return 'at byte %d: %r instead of %r' % (place, got[place:place + 40], want[place:place + 40])
    return '%d bytes instead of %d' % (len(got), len(want))
