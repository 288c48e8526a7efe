// SPDX-License-Identifier: Apache-2.0
// A private portal for the tests: its own folder, keys, store and ports; an SMTP server that keeps what it gets;
// postseal-parser and postseal-portald from the build tree. Everything ends with close().
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const source = process.env.top_srcdir;
const build = process.env.top_builddir;

export const freePort = async () => {
	const server = net.createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	return port;
};

// Just enough of RFC 5321 for one client. Mails: {from, to, text}.
class Mailbox {
	constructor() {
		this.mails = [];
		this.waiting = [];
		this.server = net.createServer((socket) => this.serve(socket));
	}

	async listen() {
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.port = this.server.address().port;
	}

	serve(socket) {
		const mail = { to: [] };
		let data = null;
		let rest = "";
		const answers = {
			EHLO: () => "250-sink\r\n250 DSN",
			HELO: () => "250 sink",
			MAIL: (line) => ((mail.from = /<([^>]*)>/.exec(line)[1]), "250 ok"),
			RCPT: (line) => (mail.to.push(/<([^>]*)>/.exec(line)[1]), "250 ok"),
			DATA: () => ((data = []), "354 go on"),
			QUIT: () => "221 bye",
			RSET: () => "250 ok",
		};
		socket.setEncoding("latin1");
		socket.on("error", () => {});
		socket.write("220 sink\r\n");
		socket.on("data", (chunk) => {
			rest += chunk;
			for (let end; (end = rest.indexOf("\r\n")) >= 0; ) {
				const line = rest.slice(0, end);
				rest = rest.slice(end + 2);
				if (data === null) {
					const answer = answers[line.slice(0, 4).toUpperCase()];
					socket.write((answer ? answer(line) : "500 what?") + "\r\n");
				} else if (line === ".") {
					this.take({ ...mail, text: Buffer.from(data.join("\r\n"), "latin1").toString() });
					data = null;
					socket.write("250 taken\r\n");
				} else {
					data.push(line.replace(/^\./, ""));
				}
			}
		});
	}

	take(mail) {
		this.mails.push(mail);
		this.waiting.splice(0).forEach((wake) => wake());
	}

	// The first mail from index `from` on to this address.
	async wait(address, from, ms = 20000) {
		const deadline = Date.now() + ms;
		for (;;) {
			const mail = this.mails.slice(from).find((m) => m.to.includes(address));
			if (mail) return mail;
			if (Date.now() > deadline) throw new Error(`no mail to ${address}`);
			await new Promise((wake) => {
				this.waiting.push(wake);
				setTimeout(wake, deadline - Date.now() + 10);
			});
		}
	}
}

export const codeOf = (mail) => /^ {4}(\d{3} \d{3})\r?$/m.exec(mail.text)[1];

// A program that is ready when it has said so in its log.
class Daemon {
	constructor(name, program, args) {
		this.name = name;
		this.log = "";
		this.child = spawn(program, args, { stdio: ["ignore", "inherit", "pipe"] });
		this.exited = once(this.child, "exit");
		this.wake = () => {};
		this.child.stderr.on("data", (text) => {
			this.log += text;
			this.wake();
		});
	}

	async waitLog(pattern, from = 0, ms = 30000) {
		const deadline = Date.now() + ms;
		while (!pattern.test(this.log.slice(from))) {
			if (this.child.exitCode !== null || Date.now() > deadline)
				throw new Error(`${this.name}: not ready:\n${this.log}`);
			await new Promise((wake) => {
				this.wake = wake;
				setTimeout(wake, 1000);
			});
		}
	}

	async close() {
		if (this.child.exitCode === null) this.child.kill("SIGTERM");
		await this.exited;
	}
}

export class Site {
	constructor() {
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "postseal-portal-"));
		this.mailbox = new Mailbox();
	}

	file(name, content) {
		const file = path.join(this.folder, name);
		if (content !== undefined) fs.writeFileSync(file, content, { mode: 0o600 });
		return file;
	}

	// Seals a message; returns {address: "ID.SECRET"}.
	escrow(message, ...addresses) {
		const file = this.file("message.eml", message);
		const out = execFileSync(path.join(build, "tests/browser/make-escrow"), [this.folder, file, ...addresses]);
		return Object.fromEntries(out.toString().trim().split("\n").map((line) => line.split(" ")));
	}

	makeCertificate() {
		execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
			"-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
			"-keyout", this.file("tls.key"), "-out", this.file("tls.pem")], { stdio: "ignore" });
		fs.chmodSync(this.file("tls.key"), 0o600);
	}

	settings(more) {
		const f = (name) => path.join(this.folder, name);
		const values = {
			our_domains: "clinic.example", log_to: "stderr", log_level: "info", hostname: "mail.clinic.example",
			milter_user: "", parser_user: "", portal_user: "", vault_user: "", mailer_user: "", store_group: "",
			store_directory: f("store"), web_directory: path.join(source, "portald/web"),
			rules_directory: path.join(source, "rules"), parser_socket: f("parser.sock"), parser_workers: 2,
			portal_certificate: f("portal.pem"), portal_key: f("portal.key"),
			recovery_certificate: f("recovery.pem"), index_key: f("index.key"), reinject_key: f("reinject.key"),
			reinject_address: `127.0.0.1:${this.mailbox.port}`, reinject_timeout: "10s",
			portal_url: this.origin, portal_listen: `127.0.0.1:${this.port}`,
			portal_tls_certificate: f("tls.pem"), portal_tls_key: f("tls.key"),
			organisation: "Lakemont Medical Center", notice_sender: "portal@clinic.example",
			code_mails_per_hour: 100, ...more,
		};
		this.config = this.file("postseal.cf",
			Object.entries(values).map(([name, value]) => `${name} = ${value}\n`).join(""));
	}

	// Changes settings of the portal that runs.
	async reload(more) {
		this.settings(more);
		const seen = this.portald.log.length;
		this.portald.child.kill("SIGHUP");
		await this.portald.waitLog(/the roles have the new settings/, seen);
	}

	// Everything that must be there before portald starts; a first message makes the keys and the store.
	async prepare(more = {}) {
		await this.mailbox.listen();
		this.port = await freePort();
		this.origin = `https://localhost:${this.port}`;
		this.makeCertificate();
		this.settings(more);
		this.escrow("Subject: nothing\r\n\r\n", "nobody@example.org");
		this.hasRenderer = fs.existsSync(path.join(build, "parser/postseal-parser"));
	}

	async start() {
		if (this.hasRenderer) {
			this.parser = new Daemon("parser", path.join(build, "parser/postseal-parser"), ["-c", this.config]);
			await this.parser.waitLog(/ready/);
		}
		this.portald = new Daemon("portald", path.join(build, "portald/postseal-portald"), ["-c", this.config]);
		await this.portald.waitLog(/postseal-portald\[\d+\]: info: version \S+ ready/);
	}

	link(code) {
		return `${this.origin}/m#${code}`;
	}

	get log() {
		return (this.portald?.log ?? "") + (this.parser?.log ?? "");
	}

	async close() {
		await this.portald?.close();
		await this.parser?.close();
		this.mailbox.server.close();
		fs.rmSync(this.folder, { recursive: true, force: true });
	}
}
