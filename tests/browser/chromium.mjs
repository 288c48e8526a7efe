// SPDX-License-Identifier: Apache-2.0
// The portal as a person meets it: real Chromium, with and without script, on a telephone's screen. Screenshots are
// left in the build tree, in tests/browser/shots.
import { createRequire } from "node:module";
import { once } from "node:events";
import fs from "node:fs";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { done, is, note, ok, skip } from "./tap.mjs";
import { Site, codeOf } from "./site.mjs";

const build = process.env.top_builddir;
const { chromium } = createRequire(path.join(build, "tests/browser/npm/package.json"))("playwright-core");
const shots = path.join(build, "tests/browser/shots");

const ANN = "ann@example.org";
const BOB = "bob@example.org";
const PHONE = { width: 390, height: 844 };

// Everything that has run script in somebody's mail reader, or fetched from elsewhere; FIRED is what must not be seen.
const payloads = (elsewhere) => [
	"<script>console.log('FIRED script')</script>",
	"<img src=x onerror=\"console.log('FIRED onerror')\">",
	"<svg onload=\"console.log('FIRED svg')\"><animate onbegin=\"console.log('FIRED animate')\" attributeName=x dur=1s>",
	"<body onload=\"console.log('FIRED body')\">",
	"<iframe srcdoc=\"<script>console.log('FIRED srcdoc')</script>\"></iframe>",
	"<iframe src=\"javascript:console.log('FIRED iframe')\"></iframe>",
	"<object data=\"data:text/html,<script>console.log('FIRED object')</script>\"></object>",
	"<embed src=\"data:text/html,<script>console.log('FIRED embed')</script>\">",
	"<math><mtext></form><form><mglyph><style></math><img src onerror=\"console.log('FIRED mxss')\">",
	"<details open ontoggle=\"console.log('FIRED toggle')\"><summary>x</summary></details>",
	"<input autofocus onfocus=\"console.log('FIRED focus')\">",
	"<video><source onerror=\"console.log('FIRED video')\"></video>",
	`<style>@import '${elsewhere}/a.css'; body{background:url(${elsewhere}/b.png)}</style>`,
	`<img src="${elsewhere}/pixel.png"><link rel=stylesheet href="${elsewhere}/c.css">`,
	`<meta http-equiv=refresh content="0;url=${elsewhere}/">`,
	`<base href="${elsewhere}/"><form action="${elsewhere}/"><button autofocus>go</button></form>`,
	"<a href=\"javascript:console.log('FIRED link')\">click</a>",
	`<div style="background:url('${elsewhere}/d.png')">styled</div>`,
].join("\n");

const BOUNDARY = "=_b";
const html = (elsewhere) => [
	"From: \"Dr. Ruth Weber\" <weber@clinic.example>",
	"To: Ann Miller <ann@example.org>, bob@example.org",
	"Cc: billing@clinic.example",
	"Subject: =?utf-8?Q?Your_laboratory_results_=E2=80=93_please_read?=",
	"Date: Mon, 23 Nov 2026 07:08:09 +0000",
	"MIME-Version: 1.0",
	`Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
	"",
	`--${BOUNDARY}`,
	"Content-Type: text/html; charset=utf-8",
	"",
	"<h2 id=hello>Dear Ms. Miller,</h2><p>your <b>HbA1c</b> is 6.1&nbsp;%. All other values are as they should be.</p>" +
	"<table border=1><tr><th>Test</th><th>Result</th></tr><tr><td>HbA1c</td><td>6.1 %</td></tr></table>" +
	"<p>More at <a href=\"https://clinic.example/info\">our page</a>.</p><p>Yours, Ruth Weber</p>",
	payloads(elsewhere),
	`--${BOUNDARY}`,
	"Content-Type: text/html; name=\"r\xc3\xa9sultats.html\"",
	"Content-Disposition: attachment; filename*=utf-8''r%C3%A9sultats.html",
	"Content-Transfer-Encoding: base64",
	"",
	Buffer.from("<script>console.log('FIRED attachment')</script>").toString("base64"),
	`--${BOUNDARY}--`,
	"",
].join("\r\n");

const TEXT = Buffer.from(
	"From: weber@clinic.example\r\nTo: ann@example.org\r\nSubject: Your appointment\r\n\r\n" +
	"Dear Ann,\r\n\r\nplease come on Tuesday at 10:30.\r\n\r\n  Room   12\r\n\r\n<script>console.log('FIRED text')</script>\r\n");

const site = new Site();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "postseal-chromium-"));
const fired = [];
const hits = [];
let elsewhere, letter;

// Somebody else's server: what reaches it was let through.
const listenElsewhere = async () => {
	const server = https.createServer({ key: fs.readFileSync(site.file("tls.key")), cert: fs.readFileSync(site.file("tls.pem")) },
		(request, answer) => {
			hits.push(request.url);
			answer.end();
		});
	server.listen(0, "127.0.0.1").unref();
	await once(server, "listening");
	return `https://127.0.0.1:${server.address().port}`;
};
const foreign = [];

const launch = () =>
	chromium.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});

// A person: a browser of their own. Whatever fires or leaves the portal's origin is remembered.
const person = async (browser, options = {}) => {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: PHONE, acceptDownloads: true, ...options });
	context.on("console", (message) => message.text().startsWith("FIRED") && fired.push(message.text()));
	context.on("dialog", (dialog) => {
		fired.push("dialog");
		dialog.dismiss();
	});
	context.on("request", (request) => {
		const url = request.url();
		if (!url.startsWith(site.origin + "/") && !/^(data|about|blob):/.test(url)) foreign.push(url);
	});
	return context;
};

const shoot = (page, name) => page.screenshot({ path: path.join(shots, `${name}.png`) });

// As somebody would: follow the link, press the button, read the mail, type the code.
const openAs = async (context, address, code) => {
	const page = await context.newPage();
	const from = site.mailbox.mails.length;
	await page.goto(site.link(code));
	await page.getByRole("button", { name: "Send me a code" }).click();
	const digits = codeOf(await site.mailbox.wait(address, from));
	await page.getByLabel("Your code").fill(digits);
	await page.getByRole("button", { name: "Open my message" }).click();
	await page.waitForURL("**/m/message");
	return page;
};

const testSteps = async (browser, links) => {
	const context = await person(browser);
	const page = await context.newPage();
	const requests = [];
	page.on("request", (request) => requests.push(request.url() + (request.postData() ?? "")));
	await page.goto(site.link(links[ANN]));
	await page.waitForLoadState("networkidle");
	is(site.mailbox.mails.length, 0, "opening the link mails nothing");
	is(await page.locator("h1:visible").innerText(), "You have a secure\u00a0message", "one step at a time: the first");
	is(await page.locator("button:visible").count(), 1, "with one button");
	await shoot(page, "1-link");
	await page.getByRole("button", { name: "Send me a code" }).click();
	const mail = await site.mailbox.wait(ANN, 0);
	await page.getByLabel("Your code").waitFor();
	is(await page.evaluate(() => document.activeElement.id), "code", "the second: the code's field has the focus");
	await shoot(page, "2-code");
	const field = page.getByLabel("Your code");
	is(await field.getAttribute("inputmode"), "numeric", "digits on a telephone");
	is(await field.getAttribute("autocomplete"), "one-time-code", "filled in by itself where that works");
	const wrong = codeOf(mail) === "111 111" ? "222222" : "111111";
	await field.fill(wrong);
	await field.press("Enter");
	await page.getByRole("alert").waitFor();
	ok((await page.getByRole("alert").innerText()).includes("did not work"), "a wrong code is said");
	is(await page.evaluate(() => document.activeElement.id), "code", "and the field has the focus again");
	await shoot(page, "3-wrong");
	await page.getByRole("button", { name: "Send me a new code" }).click();
	const second = await site.mailbox.wait(ANN, 1);
	await page.getByText("We have sent you a new code").waitFor();
	await field.fill(codeOf(second));
	await field.press("Enter");
	await page.waitForURL("**/m/message");
	ok(true, "the keyboard alone is enough");
	const secret = links[ANN].split(".")[1];
	ok(!requests.some((text) => text.split("#")[0].includes(secret) || text.includes(`secret=${secret}`)), "the secret was never sent");
	ok(!page.url().includes(secret), "nor is it in the address bar");
	await page.goBack().catch(() => {});
	ok(!page.url().includes(secret), "nor one step back in the history");
	await context.close();
	is(foreign.length, 0, "no request to anywhere else so far");
};

const testReading = async (browser, links) => {
	const context = await person(browser);
	const page = await openAs(context, ANN, links[ANN]);
	const [download] = await Promise.all([
		page.waitForEvent("download"), page.getByRole("link", { name: "Save the whole message" }).click()]);
	is(fs.readFileSync(await download.path()), Buffer.from(letter), "the original is equal to the byte");
	is(download.suggestedFilename(), "message.eml", "its name");
	await page.reload();
	is(page.url(), site.origin + "/m/message", "F5 loses nothing");
	if (site.hasRenderer) await testRendered(context, page);
	else skip("no postseal-parser: the message's own page");
	await page.evaluate(() => window.scrollTo(0, 0));
	await shoot(page, "4-message");
	await page.setViewportSize({ width: PHONE.width, height: 1500 });
	await shoot(page, "4-message-whole");
	await page.setViewportSize(PHONE);
	await page.getByRole("button", { name: "Sign out" }).click();
	await page.getByText("You are signed out").waitFor();
	await page.goto(site.origin + "/m/message");
	ok((await page.content()).includes("signed out"), "after signing out there is nothing to see");
	await shoot(page, "6-signed-out");
	await context.close();
};

const testRendered = async (context, page) => {
	is(await page.locator("h1").innerText(), "Your laboratory results – please read", "the subject");
	ok((await page.locator("dl").innerText()).includes("Dr. Ruth Weber"), "who wrote it");
	const frame = page.frameLocator("iframe");
	await frame.getByText("Dear Ms. Miller").waitFor();
	ok((await frame.locator("body").innerText()).includes("6.1"), "the text in its frame");
	is(await frame.locator("table td").count(), 2, "with its table");
	is(await page.locator("iframe").getAttribute("sandbox"), "allow-popups allow-popups-to-escape-sandbox", "the frame is sandboxed");
	is(await page.evaluate(() => {
		try {
			return document.querySelector("iframe").contentDocument === null;
		} catch {
			return true;
		}
	}), true, "and of another origin");
	const link = page.getByRole("link", { name: /sultats\.html/ });
	const [part] = await Promise.all([page.waitForEvent("download"), link.click()]);
	ok(fs.readFileSync(await part.path(), "utf8").includes("FIRED attachment"), "an attachment is saved as it is");
	ok(/sultats\.html$/.test(part.suggestedFilename()), "under its name");
	const body = await context.newPage();
	await body.goto(site.origin + "/m/body");
	await shoot(body, "5-body");
	await body.close();
	is(fired.join(), "", "none of the payloads fired");
	is(foreign.join(), "", "nothing was fetched from elsewhere");
};

// The header fields and the sandbox alone must hold, whatever the renderer lets through; and the test must be able
// to fail. What the browser asked for and then blocked by its policy does not count: what arrives does.
const testFrameAlone = async (browser, links) => {
	for (const layer of ["header fields", "sandbox of the frame and header fields", "nothing"]) {
		const context = await person(browser);
		const page = await openAs(context, ANN, links[ANN]);
		await context.route("**/m/body", (route) => route.fulfill({
			status: 200, contentType: "text/html; charset=utf-8",
			body: `<!DOCTYPE html>${payloads(elsewhere)}<p id=end>end</p>`, headers: layer === "nothing" ? {} : bodyHeaders,
		}));
		const before = [fired.length, hits.length, foreign.length];
		await page.goto(site.origin + (layer.startsWith("sandbox") ? "/m/message" : "/m/body"));
		await page.waitForTimeout(1500);
		const got = [fired.length - before[0], hits.length - before[1]];
		if (layer === "nothing") ok(got[0] > 3 && got[1] > 0, `without them ${got[0]} payloads fire and ${got[1]} fetch: the test can fail`);
		else ok(got[0] === 0 && got[1] === 0, `with the ${layer} alone: ${got[0]} fired, ${got[1]} fetched`);
		[fired.length, hits.length, foreign.length] = before;
		await context.close();
	}
};

let bodyHeaders = {};

const learnBodyHeaders = async (browser, links) => {
	const context = await person(browser);
	const page = await openAs(context, ANN, links[ANN]);
	const answer = await page.request.get(site.origin + "/m/body");
	bodyHeaders = answer.headers();
	delete bodyHeaders["content-length"];
	ok(/sandbox/.test(bodyHeaders["content-security-policy"] ?? ""), "a body comes with a sandbox in its header fields");
	await context.close();
};

const testOthers = async (browser, links) => {
	const context = await person(browser);
	const page = await openAs(context, ANN, links[ANN]);
	await page.goto(site.link(links[BOB]));
	await page.getByRole("button", { name: "Send me a code" }).click();
	await page.getByLabel("Your code").fill("000 000");
	await page.getByRole("button", { name: "Open my message" }).click();
	await page.getByRole("alert").waitFor();
	ok(page.url().includes("/m"), "her session does not open his link");
	await context.close();
};

const testLinks = async (browser, links) => {
	const context = await person(browser);
	const page = await context.newPage();
	await page.goto(site.origin + "/m#" + links[ANN].slice(0, -5));
	await page.getByText("not complete").waitFor();
	ok(true, "half a link: it says so");
	await shoot(page, "7-half-a-link");
	const from = site.mailbox.mails.length;
	await page.getByLabel("The link from your mail").fill(site.link(links[ANN]));
	await page.getByRole("button", { name: "Send me a code" }).click();
	await site.mailbox.wait(ANN, from);
	await page.getByLabel("Your code").waitFor();
	ok(true, "and takes the whole one");
	await context.close();
};

// Forms only.
const testWithoutScript = async (browser, links) => {
	const context = await person(browser, { javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(site.link(links[BOB]));
	await shoot(page, "8-no-script");
	const from = site.mailbox.mails.length;
	await page.getByLabel("The link from your mail").fill(site.link(links[BOB]));
	await page.getByRole("button", { name: "Send me a code" }).click();
	const digits = codeOf(await site.mailbox.wait(BOB, from));
	await page.getByLabel("Your code").fill("000000");
	await page.getByRole("button", { name: "Open my message" }).click();
	await page.getByText("That did not work").waitFor();
	await shoot(page, "9-no-script-wrong");
	await page.getByLabel("Your code").fill(digits);
	await page.getByRole("button", { name: "Open my message" }).click();
	await page.waitForURL("**/m/message");
	ok(true, "without script, by forms alone");
	await context.close();
};

const testText = async (browser) => {
	const links = site.escrow(TEXT, ANN);
	const context = await person(browser);
	const page = await openAs(context, ANN, links[ANN]);
	const text = await page.locator("#text").innerText();
	ok(text.includes("Room   12") && text.includes("<script>"), "a text message is text");
	await shoot(page, "10-text");
	await context.close();
};

// 320 px, and letters of twice the size: nothing runs off the side.
const testNarrow = async (browser, links) => {
	const context = await person(browser, { viewport: { width: 320, height: 640 } });
	const page = await openAs(context, ANN, links[ANN]);
	const pages = [[site.origin + "/m/message", "message"], [site.link(links[ANN]), "link"]];
	for (const [url, name] of pages) {
		await page.goto("about:blank");
		await page.goto(url);
		const width = () => page.evaluate(() => document.documentElement.scrollWidth);
		ok((await width()) <= 320, `${name}: fits 320 px (${await width()})`);
		const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
		ok(size >= 18, `${name}: letters of ${size} px`);
		await page.addStyleTag({ url: "/m/style.css" });
		await page.evaluate(() => document.documentElement.style.setProperty("font-size", "250%"));
		ok((await width()) <= 320, `${name}: fits 320 px with letters twice as large (${await width()})`);
	}
	await context.close();
};

// Names, labels, language, one first heading, contrast of all text.
const testAccess = async (browser, links) => {
	const context = await person(browser);
	const page = await openAs(context, ANN, links[ANN]);
	for (const url of [site.origin + "/m/message", site.link(links[ANN])]) {
		await page.goto("about:blank");
		await page.goto(url);
		const faults = await page.evaluate(findFaults);
		is(faults.join("; "), "", `${new URL(url).pathname}: nothing a screen reader would miss, contrast at least 4.5`);
	}
	await context.close();
};

const findFaults = () => {
	const faults = [];
	const seen = (e) => e.getClientRects().length > 0;
	const channel = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const rgb = (text) => text.match(/[\d.]+/g).map(Number);
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgb(getComputedStyle(e).backgroundColor);
			if (c.length === 3 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	if (document.documentElement.lang !== "en") faults.push("no language");
	if ([...document.querySelectorAll("h1")].filter(seen).length !== 1) faults.push("not one h1");
	if (!document.title) faults.push("no title");
	for (const e of document.querySelectorAll("input:not([type=hidden])")) if (!e.labels.length) faults.push(`no label: ${e.id}`);
	for (const e of document.querySelectorAll("iframe")) if (!e.title) faults.push("frame without title");
	for (const e of document.querySelectorAll("a, button")) if (seen(e) && !e.textContent.trim()) faults.push("control without name");
	for (const e of document.querySelectorAll("body *")) {
		if (!seen(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
		const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${e.textContent.slice(0, 20)}`);
		if (e.matches("button, a.button") && e.getBoundingClientRect().height < 44) faults.push("small button");
	}
	return faults;
};

let browser;
try {
	fs.mkdirSync(shots, { recursive: true });
	await site.prepare();
	await site.start();
	browser = await launch();
	note(`Chromium ${browser.version()}`);
	elsewhere = await listenElsewhere();
	letter = html(elsewhere);
	const links = site.escrow(letter, ANN, BOB);
	await testSteps(browser, links);
	await testReading(browser, links);
	if (site.hasRenderer) await learnBodyHeaders(browser, links);
	if (site.hasRenderer) await testFrameAlone(browser, links);
	await testOthers(browser, links);
	await testLinks(browser, links);
	await testWithoutScript(browser, links);
	if (site.hasRenderer) await testText(browser);
	await testNarrow(browser, links);
	await testAccess(browser, links);
	is(fired.join(), "", "in all this nothing fired");
	is(foreign.join() + hits.join(), "", "and nothing was asked of anybody else");
	ok(!/ERROR: \w+Sanitizer|runtime error/.test(site.log), "no sanitizer spoke");
} catch (error) {
	ok(false, `the test ran to its end: ${error.stack}`);
	console.log(site.log.split("\n").slice(-40).map((line) => `# ${line}`).join("\n"));
} finally {
	await browser?.close();
	await site.close();
	fs.rmSync(folder, { recursive: true, force: true });
	done();
}
