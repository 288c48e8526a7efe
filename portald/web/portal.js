// SPDX-License-Identifier: Apache-2.0
// The recipient's page: reads the secret behind the # of its address, shows one step at a time, and proves to the
// portal that it knows the secret without sending it. Nothing is stored: the secret stays in the address until
// the message is open. See lib/seal/link.h for what is derived.
"use strict";
(() => {
	const ID_SIZE = 16;
	const SECRET_SIZE = 32;
	const $ = (id) => document.getElementById(id);

	const fromBase64url = (text, size) => {
		if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
		try {
			const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
			return raw.length === size ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
		} catch {
			return null;
		}
	};

	const toBase64url = (bytes) =>
		btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

	// "ID.SECRET", or a whole link that ends in #ID.SECRET.
	const parseLink = (text) => {
		const parts = text.replace(/^[^#]*#/, "").replace(/\s+/g, "").split(".");
		if (parts.length !== 2) return null;
		const id = fromBase64url(parts[0], ID_SIZE);
		const secret = fromBase64url(parts[1], SECRET_SIZE);
		return id && secret ? { id, secret } : null;
	};

	const derive = async (link, info) => {
		const key = await crypto.subtle.importKey("raw", link.secret, "HKDF", false, ["deriveBits"]);
		const bits = await crypto.subtle.deriveBits(
			{ name: "HKDF", hash: "SHA-256", salt: link.id, info: new TextEncoder().encode(info) }, key, 256);
		return toBase64url(new Uint8Array(bits));
	};

	const post = (path, fields) =>
		fetch(path, {
			method: "POST",
			body: new URLSearchParams(fields),
			credentials: "same-origin",
			cache: "no-store",
			redirect: "manual",
		});

	let link = null;

	const show = (step) => {
		for (const id of ["step-ask", "step-code", "step-paste"]) $(id).hidden = id !== step;
	};

	const busy = (text) => {
		$("busy").textContent = text;
		for (const button of document.querySelectorAll("button")) button.disabled = text !== "";
	};

	const error = (id, text) => {
		$(id).textContent = text;
		$(id).hidden = text === "";
		if (id === "code-error") $("code").setAttribute("aria-invalid", text === "" ? "false" : "true");
	};

	const TRY_LATER = "That did not work just now. Please try again in a few minutes.";

	const askForCode = async () => {
		const where = $("step-code").hidden ? "busy" : "code-error";
		error("code-error", "");
		busy("One moment, please …");
		let sent = false;
		try {
			const proof = await derive(link, "postseal link proof v1");
			const answer = await post("/m/begin", { id: toBase64url(link.id), proof });
			sent = answer.ok;
		} catch {
			// The connection failed: said below.
		}
		busy("");
		if (!sent) {
			if (where === "busy") $("busy").textContent = TRY_LATER;
			else error(where, TRY_LATER);
			return;
		}
		const again = !$("step-code").hidden;
		show("step-code");
		$("code").value = "";
		if (again) $("busy").textContent = "We have sent you a new code. Please use only the newest one.";
		$("code").focus();
	};

	const openMessage = async (event) => {
		event.preventDefault();
		error("code-error", "");
		busy("Opening your message …");
		let status = 0;
		try {
			const fields = {
				id: toBase64url(link.id),
				proof: await derive(link, "postseal link proof v1"),
				key: await derive(link, "postseal link key v1"),
				code: $("code").value,
			};
			const answer = await post("/m/open", fields);
			status = answer.type === "opaqueredirect" ? 303 : answer.status;
		} catch {
			// The connection failed: said below.
		}
		if (status === 303) {
			// Takes the secret out of the address bar and out of the history.
			history.replaceState(null, "", "/m");
			link = null;
			location.replace("/m/message");
			return;
		}
		busy("");
		error("code-error", status === 403 ? $("code-error").dataset.wrong : TRY_LATER);
		$("code").focus();
		$("code").select();
	};

	const pasteLink = (event) => {
		event.preventDefault();
		link = parseLink($("link").value);
		error("paste-error", link ? "" : "That is not the whole link. Please copy all of it from your mail.");
		if (link) {
			$("link").value = "";
			show("step-ask");
			askForCode();
		} else {
			$("link").focus();
		}
	};

	const begin = () => {
		link = parseLink(location.hash);
		error("code-error", "");
		$("paste-why").hidden = link !== null || location.hash.length < 2;
		show(link ? "step-ask" : "step-paste");
	};

	document.addEventListener("DOMContentLoaded", () => {
		if ($("print") && $("text")) {
			$("print").hidden = false;
			$("print").addEventListener("click", () => window.print());
		}
		if (!$("step-ask")) return;
		$("ask").addEventListener("click", askForCode);
		$("again").addEventListener("click", askForCode);
		$("code-form").addEventListener("submit", openMessage);
		$("paste-form").addEventListener("submit", pasteLink);
		window.addEventListener("hashchange", begin);
		begin();
	});
})();
