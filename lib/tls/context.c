/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/tls/openssl.h"

enum { CHAIN_DEPTH_MAX = 10 };

int
tls_err(struct err *err, enum err_class class, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason != NULL ? err_set(err, class, "%s: %s", what, reason) : err_set(err, class, "%s", what);
}

static bool
is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static int
load_authorities(SSL_CTX *ctx, const struct tls_context_spec *spec, struct err *err)
{
	if (!is_set(spec->ca_file) && !is_set(spec->ca_directory)) {
		if (SSL_CTX_set_default_verify_paths(ctx) != 1)
			return tls_err(err, ERR_CONFIG, "the system's authorities");
		return 0;
	}
	if (is_set(spec->ca_file) && SSL_CTX_load_verify_file(ctx, spec->ca_file) != 1)
		return tls_err(err, ERR_CONFIG, spec->ca_file);
	if (is_set(spec->ca_directory) && SSL_CTX_load_verify_dir(ctx, spec->ca_directory) != 1)
		return tls_err(err, ERR_CONFIG, spec->ca_directory);
	return 0;
}

static int
load_own(SSL_CTX *ctx, const struct tls_context_spec *spec, struct err *err)
{
	if (!is_set(spec->certificate))
		return 0;
	if (SSL_CTX_use_certificate_chain_file(ctx, spec->certificate) != 1)
		return tls_err(err, ERR_CONFIG, spec->certificate);
	if (!is_set(spec->key))
		return err_set(err, ERR_CONFIG, "%s: a certificate without its key", spec->certificate);
	if (SSL_CTX_use_PrivateKey_file(ctx, spec->key, SSL_FILETYPE_PEM) != 1 ||
		SSL_CTX_check_private_key(ctx) != 1)
		return tls_err(err, ERR_CONFIG, spec->key);
	return 0;
}

static int
set_up(SSL_CTX *ctx, const struct tls_context_spec *spec, struct err *err)
{
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 || SSL_CTX_dane_enable(ctx) != 1)
		return tls_err(err, ERR_CONFIG, "TLS");
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH_MAX);
	/* RFC 7671 section 5.1: the key is pinned, names and dates in the certificate count for nothing. */
	SSL_CTX_dane_set_flags(ctx, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	if (load_authorities(ctx, spec, err) < 0)
		return -1;
	return load_own(ctx, spec, err);
}

int
tls_context_new(const struct tls_context_spec *spec, struct tls_context **ret_context, struct err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct tls_context *context;

	if (ctx == NULL)
		mem_exhausted(0);
	if (set_up(ctx, spec, err) < 0) {
		SSL_CTX_free(ctx);
		return -1;
	}
	context = mem_new(1, sizeof(*context));
	context->ctx = ctx;
	*ret_context = context;
	return 0;
}

void
tls_context_free(struct tls_context *context)
{
	if (context == NULL)
		return;
	SSL_CTX_free(context->ctx);
	free(context);
}
