// SPDX-License-Identifier: Apache-2.0
// The portal without a browser: the flow for people without script, what wrong input gets, how strict the front is
// about HTTP, and what remains when a role dies.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import tls from "node:tls";
import { done, is, note, ok } from "./tap.mjs";
import { Site, codeOf } from "./site.mjs";

const MESSAGE = Buffer.from(
	"From: Dr Ruth Weber <weber@clinic.example>\r\nTo: ann@example.org, bob@example.org\r\n" +
	"Subject: Your results\r\nDate: Mon, 23 Nov 2026 07:08:09 +0000\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
	"Dear Ann,\r\n\r\n  your HbA1c is 6.1 %. \xe9\xff bytes stay as they are.\r\n.\r\n\x00end", "latin1");

const ANN = "ann@example.org";
const BOB = "bob@example.org";

const site = new Site();
const fast = { portal_request_timeout: "4s" };

const ask = (method, path, { form, headers = {}, cookie } = {}) =>
	new Promise((resolve, reject) => {
		const body = form ? new URLSearchParams(form).toString() : undefined;
		const started = performance.now();
		const request = https.request(site.origin + path, {
			method, rejectUnauthorized: false, agent: false,
			headers: {
				...(body !== undefined && {
					"Content-Type": "application/x-www-form-urlencoded", "Content-Length": Buffer.byteLength(body) }),
				...(cookie && { Cookie: cookie }), ...headers,
			},
		}, (answer) => {
			const chunks = [];
			answer.on("data", (chunk) => chunks.push(chunk));
			answer.on("end", () => resolve({
				status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks),
				ms: performance.now() - started,
			}));
		});
		request.on("error", reject);
		request.end(body);
	});

// Asks for a code and reads it from the mail.
const getCode = async (address, link) => {
	const from = site.mailbox.mails.length;
	const answer = await ask("POST", "/m/begin", { form: { link } });
	const mail = await site.mailbox.wait(address, from);
	return { answer, mail, code: codeOf(mail) };
};

const openLink = (link, code) => ask("POST", "/m/open", { form: { link, code } });
const cookieOf = (answer) => answer.headers["set-cookie"]?.[0].split(";")[0];

const testFlow = async () => {
	const links = site.escrow(MESSAGE, ANN, BOB);
	const start = await ask("GET", "/m");
	is(start.status, 200, "the first page");
	ok(start.body.includes('action="/m/begin"'), "has a form for people without script");
	is(site.mailbox.mails.length, 0, "looking at it mails nothing");

	const { answer, mail, code } = await getCode(ANN, links[ANN]);
	is(answer.status, 200, "asked for a code");
	ok(answer.body.includes(`value="${links[ANN]}"`), "the next page carries the link along");
	ok(/^Subject: Your code is \d{3} \d{3}\r?$/m.test(mail.text), "the mail has the code in its subject");
	ok(/^X-Postseal-Handled: v1; t=\d+; m=[0-9a-f]{64}\r?$/m.test(mail.text), "and the mark that it is ours");
	ok(mail.to.length === 1 && mail.to[0] === ANN, "it goes to the recipient alone");
	ok(!/results|HbA1c|Weber/.test(mail.text), "and holds nothing of the message");

	const opened = await openLink(links[ANN], code);
	is(opened.status, 303, "link and code open");
	is(opened.headers.location, "/m/message", "on to the message");
	const flags = opened.headers["set-cookie"][0];
	ok(/^__Host-postseal=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/.test(flags), "the cookie");
	const cookie = cookieOf(opened);
	const original = await ask("GET", "/m/original", { cookie });
	is(original.body, MESSAGE, "the original is equal to the byte");
	is(original.headers["content-type"], "message/rfc822", "its type");
	ok(original.headers["content-disposition"].startsWith("attachment;"), "to be saved");
	for (const path of ["/m/message", "/m/message"])
		is((await ask("GET", path, { cookie })).status, 200, `${path}, again and again`);
	const head = await ask("HEAD", "/m/original", { cookie });
	ok(head.status === 200 && head.body.length === 0 && head.headers["content-length"] === String(MESSAGE.length),
		"HEAD");

	is((await openLink(links[ANN], code)).status, 403, "a code works once");
	is((await openLink(links[BOB], code)).status, 403, "and not for another recipient's link");
	const bob = await getCode(BOB, links[BOB]);
	is((await openLink(links[ANN], bob.code)).status, 403, "nor does his code open her link");
	is((await openLink(links[BOB], ` ${bob.code.replace(" ", "-")} `)).status, 303, "typed with other gaps");

	const ended = await ask("POST", "/m/end", { cookie, form: {} });
	ok(ended.status === 200 && /Max-Age=0/.test(ended.headers["set-cookie"][0]), "signed out");
	is((await ask("GET", "/m/original", { cookie })).status, 403, "the cookie is worth nothing now");
	is((await ask("GET", "/m/original", { cookie: "__Host-postseal=" + "A".repeat(43) })).status, 403, "nor is a made-up one");
	is((await ask("GET", "/m/original")).status, 403, "nor none");
};

const testLock = async () => {
	const links = site.escrow(MESSAGE, ANN);
	const { code } = await getCode(ANN, links[ANN]);
	const wrong = code === "111 111" ? "222222" : "111111";
	for (let i = 0; i < 5; i++) is((await openLink(links[ANN], wrong)).status, 403, `wrong code ${i + 1}`);
	is((await openLink(links[ANN], code)).status, 403, "after five, the right one is refused too");
	const before = site.mailbox.mails.length;
	is((await ask("POST", "/m/begin", { form: { link: links[ANN] } })).status, 200, "asking again looks the same");
	is(site.mailbox.mails.length, before, "but no code is mailed");
};

const testRace = async () => {
	const links = site.escrow(MESSAGE, ANN);
	const { code } = await getCode(ANN, links[ANN]);
	const answers = await Promise.all(Array.from({ length: 20 }, () => openLink(links[ANN], code)));
	is(answers.filter((a) => a.status === 303).length, 1, "of 20 at once with the right code one is let in");
};

// The shortest of several: what else runs on the machine only makes some of them longer, an oracle all of them.
const shortest = (list) => Math.min(...list);

// What is wrong must not be told, neither by the page nor by the time.
const testSame = async () => {
	const links = site.escrow(MESSAGE, ANN);
	const [id, secret] = links[ANN].split(".");
	const other = "A".repeat(22);
	const flip = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
	await getCode(ANN, links[ANN]);
	const cases = {
		"unknown link": `${other}.${secret}`, "wrong secret": `${id}.${flip(secret)}`, "right link, wrong code": links[ANN] };
	const times = {};
	const pages = {};
	for (let round = 0; round < 5; round++)
		for (const [name, link] of Object.entries(cases)) {
			if (round === 4 && name === "right link, wrong code") continue; // four tries are free
			const answer = await openLink(link, "000000");
			(times[name] ??= []).push(answer.ms);
			pages[name] = answer.body.toString().replaceAll(link, "LINK");
			is(answer.status, 403, `${name}: refused`);
		}
	is(new Set(Object.values(pages)).size, 1, "the same page to the byte");
	const shortests = Object.values(times).map(shortest);
	note(Object.entries(times).map(([name, list]) => `${name}: ${shortest(list).toFixed(0)} ms`).join(", "));
	ok(Math.max(...shortests) - Math.min(...shortests) < 40, "in the same time");
	const begins = [];
	const beginPages = new Set();
	for (const link of Object.values(cases)) {
		const list = [];
		for (let round = 0; round < 3; round++) {
			const answer = await ask("POST", "/m/begin", { form: { link } });
			list.push(answer.ms);
			beginPages.add(answer.status + answer.body.toString().replaceAll(link, "LINK"));
		}
		begins.push(shortest(list));
	}
	is(beginPages.size, 1, "asking for a code: the same page to the byte");
	note(`begin: ${begins.map((ms) => ms.toFixed(0)).join(", ")} ms`);
	ok(Math.max(...begins) - Math.min(...begins) < 40, "in the same time");
};

// Sends bytes as they are; resolves to the status, or "closed".
const raw = (bytes, { every, ms = 15000 } = {}) =>
	new Promise((resolve) => {
		const socket = tls.connect({ port: site.port, host: "127.0.0.1", rejectUnauthorized: false });
		const started = Date.now();
		let text = "";
		let timer;
		const end = (how) => {
			clearInterval(timer);
			socket.destroy();
			resolve({ status: /^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? how, text, ms: Date.now() - started });
		};
		socket.setTimeout(ms, () => end("open"));
		socket.on("secureConnect", () => {
			if (!every) return socket.write(Buffer.from(bytes, "latin1"));
			let at = 0;
			timer = setInterval(() => socket.write(Buffer.from(bytes[at++ % bytes.length], "latin1")), every);
		});
		socket.on("data", (data) => {
			text += data.toString("latin1");
			if (text.includes("\r\n\r\n") && !every) end("?");
		});
		socket.on("error", () => end("closed"));
		socket.on("close", () => end("closed"));
	});

const testStrict = async () => {
	const get = "GET /m HTTP/1.1\r\nHost: localhost\r\n";
	const post = "POST /m/begin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
	const table = [
		["a plain GET", get + "\r\n", "200"],
		["Content-Length and Transfer-Encoding", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"],
		["two Content-Length", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde", "400"],
		["two equal Content-Length", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde", "400"],
		["gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", /400|501/],
		["xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", /400|501/],
		["chunked", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n", /400|501/],
		["Content-Length: +5", post + "Content-Length: +5\r\n\r\nabcde", /400|413/],
		["space before the colon", get + "Accept : x\r\n\r\n", "400"],
		["no Host", "GET /m HTTP/1.1\r\nAccept: x\r\n\r\n", "400"],
		["two Host", get + "Host: localhost\r\n\r\n", "400"],
		["bare LF", "GET /m HTTP/1.1\nHost: localhost\n\n", "400"],
		["bare LF in one field", get + "Accept: x\n\r\n", "400"],
		["NUL in a field", get + "Accept: x\0y\r\n\r\n", "400"],
		["folded field", get + "Accept: x\r\n y\r\n\r\n", "400"],
		["bare CR in a field", get + "Accept: x\ry\r\n\r\n", "400"],
		["2,000 fields", get + "A: b\r\n".repeat(2000) + "\r\n", /431|413|closed/],
		["200 fields", get + "A: b\r\n".repeat(200) + "\r\n", "431"],
		["40 KB of fields", get + `A: ${"b".repeat(40000)}\r\n\r\n`, /431|413|closed/],
		["a long target", `GET /${"a".repeat(2000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, "414"],
		["a large body", post + "Content-Length: 9000\r\n\r\n", "413"],
		["another type of body", "POST /m/begin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "415"],
		["PUT", "PUT /m HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", "405"],
		["TRACE", "TRACE /m HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"],
		["HTTP/3.7", "GET /m HTTP/3.7\r\nHost: localhost\r\n\r\n", /505|400|closed/],
		["absolute target", "GET https://localhost/m HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"],
		["no HTTP at all", "\x16\x03\x01 hello\r\n\r\n", /400|closed/],
		["path traversal", "GET /m/../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"],
	];
	for (const [name, bytes, want] of table) {
		const { status } = await raw(bytes);
		ok(want instanceof RegExp ? want.test(status) : status === want, `${name}: ${want}, got ${status}`);
	}
	const smuggled = await raw(post + "Content-Length: 0\r\n\r\nGET /m HTTP/1.1\r\nHost: localhost\r\n\r\n");
	ok(!/HTTP\/1\.1.*HTTP\/1\.1/s.test(smuggled.text), "after a POST the connection ends: no second answer");
};

// One byte a second, in the head and in the body: the total deadline of 4 s ends it.
const testSlow = async () => {
	const results = await Promise.all([
		raw("GET /m HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", { every: 500 }),
		raw("", { ms: 15000 }),
	]);
	for (const [i, { status, ms }] of results.entries())
		ok(status !== "open" && ms < 9000, `${i ? "silent" : "trickling"} client: ended after ${(ms / 1000).toFixed(1)} s`);
};

const testHeaders = async () => {
	for (const path of ["/m", "/m/style.css", "/m/portal.js", "/nothing", "/m/message", "/m/original"]) {
		const { headers } = await ask("GET", path);
		ok(headers["content-security-policy"]?.includes("default-src 'none'") && headers["cache-control"] === "no-store" &&
			headers["x-content-type-options"] === "nosniff" && headers["strict-transport-security"] &&
			headers["referrer-policy"] && headers["cross-origin-opener-policy"] && headers["permissions-policy"],
		`${path}: security header fields`);
	}
	const links = site.escrow(MESSAGE, ANN);
	const before = site.mailbox.mails.length;
	const foreign = await ask("POST", "/m/begin", { form: { link: links[ANN] }, headers: { Origin: "https://evil.example" } });
	is(foreign.status, 403, "a POST from another site");
	is(site.mailbox.mails.length, before, "does nothing");
	is((await ask("POST", "/m/begin", { form: { link: links[ANN] }, headers: { Origin: site.origin } })).status, 200, "from our own it does");
};

const processes = () =>
	execFileSync("ps", ["-eo", "pid,ppid,args"]).toString().split("\n").map((line) => line.trim().split(/\s+/))
		.filter(([, parent]) => Number(parent) === site.portald.child.pid)
		.map(([pid, , ...args]) => ({ pid: Number(pid), role: args[args.indexOf("--role") + 1] }));

const testSandbox = () => {
	for (const { pid, role } of processes()) {
		const status = fs.readFileSync(`/proc/${pid}/status`, "latin1");
		ok(/^Seccomp:\t2$/m.test(status) && /^NoNewPrivs:\t1$/m.test(status), `${role}: confined`);
	}
};

/* Until the front has noticed the death it says 503, "try again soon". */
const askAfterDeath = async (path, cookie) => {
	for (let tries = 0; ; tries++) {
		const answer = await ask("GET", path, { cookie });
		if (answer.status !== 503 || tries === 100)
			return answer;
	}
};

const testDeaths = async () => {
	const links = site.escrow(MESSAGE, ANN, BOB);
	for (const role of ["front", "mailer", "vault"]) {
		const first = await getCode(ANN, links[ANN]);
		const cookie = cookieOf(await openLink(links[ANN], first.code));
		const seen = site.portald.log.length;
		process.kill(processes().find((p) => p.role === role).pid, "SIGKILL");
		await site.portald.waitLog(new RegExp(`role ${role} started again`), seen);
		is((await askAfterDeath("/m/original", cookie)).status, role === "vault" ? 403 : 200,
			`${role} killed: the session ${role === "vault" ? "is over" : "goes on"}`);
		const second = await getCode(BOB, links[BOB]);
		is((await openLink(links[BOB], second.code)).status, 303, `${role} killed: the next person gets in`);
	}
};

const testReload = async () => {
	const links = site.escrow(MESSAGE, ANN, BOB);
	const first = await getCode(ANN, links[ANN]);
	const cookie = cookieOf(await openLink(links[ANN], first.code));
	await site.reload({ ...fast, organisation: "St. Elsewhere", code_tries: 2 });
	ok((await ask("GET", "/m")).body.includes("St. Elsewhere"), "SIGHUP: the front has new settings");
	is((await ask("GET", "/m/original", { cookie })).status, 200, "the session goes on");
	const { code, mail } = await getCode(BOB, links[BOB]);
	ok(/^From: "St\. Elsewhere"/m.test(mail.text), "the mailer has them");
	for (let i = 0; i < 2; i++) await openLink(links[BOB], "000000");
	is((await openLink(links[BOB], code)).status, 403, "the vault too: two wrong codes lock");
	fs.renameSync(site.file("tls.key"), site.file("tls.away"));
	await site.reload(fast);
	ok((await ask("GET", "/m")).body.includes("St. Elsewhere"), "a front that can't start: the old one stays");
	fs.renameSync(site.file("tls.away"), site.file("tls.key"));
};

// One source may not take all connections; the others that it has go on.
const testConnections = async () => {
	const sockets = [];
	let refused = 0;
	for (let i = 0; i < 80; i++) {
		const socket = tls.connect({ port: site.port, host: "127.0.0.1", rejectUnauthorized: false });
		await new Promise((resolve) => {
			socket.once("secureConnect", resolve);
			socket.once("error", () => resolve(refused++));
			socket.once("close", resolve);
		});
		sockets.push(socket);
	}
	ok(refused >= 10 && refused <= 20, `of 80 connections of one source ${refused} are refused`);
	sockets.forEach((socket) => socket.destroy());
	const deadline = Date.now() + 10000;
	let status;
	do status = await ask("GET", "/m").then((a) => a.status, () => 0);
	while (status !== 200 && Date.now() < deadline);
	is(status, 200, "and when they are gone there is room again");
};

// Behind a proxy: a unix socket, plain HTTP, the cookie as strict as ever.
const testProxy = async () => {
	const behind = new Site();
	try {
		await behind.prepare({ portal_listen: `unix:${path.join(behind.folder, "portal.sock")}` });
		await behind.start();
		const over = (method, target, body, headers = {}) => new Promise((resolve, reject) => {
			const request = http.request({ socketPath: path.join(behind.folder, "portal.sock"), method, path: target,
				headers: { Host: "portal.example", ...headers,
					...(body && { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }) } },
			(answer) => {
				const chunks = [];
				answer.on("data", (chunk) => chunks.push(chunk));
				answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
			});
			request.on("error", reject);
			request.end(body);
		});
		const links = behind.escrow(MESSAGE, ANN);
		const from = behind.mailbox.mails.length;
		is((await over("POST", "/m/begin", `link=${links[ANN]}`)).status, 200, "behind a proxy: a code");
		const code = codeOf(await behind.mailbox.wait(ANN, from)).replace(" ", "");
		const opened = await over("POST", "/m/open", `link=${links[ANN]}&code=${code}`);
		ok(/^__Host-.*; Secure;/.test(opened.headers["set-cookie"]?.[0]), "a strict cookie");
		is((await over("GET", "/m/original", undefined, { Cookie: cookieOf(opened) })).body, MESSAGE, "the message");
	} finally {
		await behind.close();
	}
};

// What can't start says so, by its log and its exit status.
const testBroken = async () => {
	const broken = new Site();
	try {
		await broken.prepare();
		fs.writeFileSync(broken.file("index.key"), "no key\n");
		await broken.start().then(() => ok(false, "it started"), () => {});
		await broken.portald.exited;
		is(broken.portald.child.exitCode, 78, "a broken key: it does not start, status 78");
		ok(/index\.key: expected 64 hexadecimal digits/.test(broken.portald.log), "and says which and why");
	} finally {
		await broken.close();
	}
};

const testLog = () => {
	ok(!/HbA1c|Weber|results/.test(site.log), "nothing of a message in the log");
	ok(!/ann@example|bob@example/.test(site.log), "nor an address");
	ok(!site.mailbox.mails.some((m) => site.log.includes(codeOf(m).replace(" ", ""))), "nor a code");
	ok(!/ERROR: \w+Sanitizer|runtime error/.test(site.log), "no sanitizer spoke");
};

try {
	await site.prepare(fast);
	await site.start();
	await testFlow();
	await testLock();
	await testRace();
	await testSame();
	await testStrict();
	await testSlow();
	await testHeaders();
	testSandbox();
	await testConnections();
	await testDeaths();
	await testReload();
	await testProxy();
	await testBroken();
	testLog();
} catch (error) {
	ok(false, `the test ran to its end: ${error.stack}`);
	console.log(site.log.split("\n").slice(-40).map((line) => `# ${line}`).join("\n"));
} finally {
	await site.close();
	is(site.portald?.child.exitCode, 0, "portald ended in order");
	done();
}
