/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts postseal-pdf, and starts it again when it was killed: the supervisor is confined by then and can
 * start no program. It is this program executed anew, as the user of the parser; it reads nothing but "start
 * it", and ends with the supervisor's connection.
 */
#ifndef POSTSEAL_PARSER_PDF_STARTER_H
#define POSTSEAL_PARSER_PDF_STARTER_H

/* `postseal-parser --role pdf-starter PROGRAM USER`, with the connection as this descriptor. */
#define PDF_STARTER_ROLE "pdf-starter"
enum { PDF_STARTER_FD = 3 };

/* Messages (lib/run/channel.h). */
enum pdf_starter_message {
	PDF_STARTER_START =
		0x401,     /* to it; fds: postseal-pdf's end of a new connection. An old one is ended */
	PDF_STARTER_READY, /* from it, once: it is confined */
};

int pdf_starter_main(int argc, char **argv);

#endif
