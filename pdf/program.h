/* SPDX-License-Identifier: Apache-2.0 */
/* postseal-pdf as postseal-parser starts it: `postseal-pdf USER`, with the connection as descriptor 3. */
#ifndef POSTSEAL_PDF_PROGRAM_H
#define POSTSEAL_PDF_PROGRAM_H

int program_main(int argc, char **argv);

#endif
