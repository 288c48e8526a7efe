// SPDX-License-Identifier: Apache-2.0
// What mailparser and postal-mime show of messages: usage: clients.mjs FOLDER OUTPUT, where FOLDER
// has node_modules. Files are named on standard input; OUTPUT gets a line of JSON for each.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { appendFileSync, readFileSync } from "node:fs";

const modules = createRequire(process.argv[2] + "/");
const { simpleParser } = modules("mailparser");
const PostalMime = modules("postal-mime").default ?? modules("postal-mime");

const TIME_MAX = 5000;

const utf8 = (bytes) => Buffer.from(bytes).toString("utf8");
const latin = (bytes) => Buffer.from(bytes).toString("latin1");
const both = (content) => (typeof content === "string" ? content : utf8(content) + "\n" + latin(content));

async function byMailparser(raw) {
	const mail = await simpleParser(raw, { skipImageLinks: true, skipHtmlToText: true, skipTextToHtml: true });
	return [mail.subject, mail.text, mail.html || "", ...mail.attachments.flatMap((a) => [a.filename, both(a.content)])];
}

async function byPostalMime(raw) {
	const mail = await PostalMime.parse(raw);
	return [mail.subject, mail.text, mail.html, ...mail.attachments.flatMap((a) => [a.filename, both(a.content)])];
}

for await (const file of createInterface({ input: process.stdin })) {
	const raw = readFileSync(file);
	const shown = {};
	for (const [name, read] of Object.entries({ mailparser: byMailparser, "postal-mime": byPostalMime })) {
		try {
			// On some messages they never come to an end.
			const late = new Promise((_, fail) => setTimeout(fail, TIME_MAX, new Error("late")));
			shown[name] = (await Promise.race([read(raw), late])).filter(Boolean).join("\n");
		} catch (error) {
			shown[name] = "";
		}
	}
	appendFileSync(process.argv[3], JSON.stringify(shown) + "\n");
}
process.exit(0);
