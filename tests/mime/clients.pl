# SPDX-License-Identifier: Apache-2.0
# What MIME-tools shows of messages: files named on standard input; for each its text in hexadecimal, a line.
use strict;
use warnings;
use MIME::Parser;

sub text_of {
	my ($entity) = @_;
	my @names = grep { defined } ($entity->head->recommended_filename, $entity->head->get('Subject'));
	my @parts = $entity->parts;
	return join("\n", @names, map { text_of($_) } @parts) if @parts;
	my $body = $entity->bodyhandle;
	return join("\n", @names, defined $body ? $body->as_string : '');
}

$| = 1;
while (my $file = <STDIN>) {
	chomp $file;
	my $parser = MIME::Parser->new;
	$parser->output_to_core(1);
	$parser->tmp_to_core(1);
	$parser->extract_uuencode(1);
	$parser->decode_headers(0);
	my $text = eval { text_of($parser->parse_open($file)) } // '';
	utf8::encode($text) if utf8::is_utf8($text);
	print unpack('H*', $text), "\n";
}
