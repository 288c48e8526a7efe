// SPDX-License-Identifier: Apache-2.0
// TAP for the browser tests: ok(condition, name), is(got, want, name), skip(why), done().
let count = 0;
let failed = 0;

export const ok = (condition, name) => {
	count++;
	if (!condition) failed++;
	console.log(`${condition ? "ok" : "not ok"} ${count} - ${name}`);
	return Boolean(condition);
};

export const is = (got, want, name) => {
	const same = Buffer.isBuffer(want) ? Buffer.compare(Buffer.from(got), want) === 0 : got === want;
	if (!ok(same, name))
		console.log(`# got:  ${JSON.stringify(String(got).slice(0, 500))}\n# want: ${JSON.stringify(String(want).slice(0, 500))}`);
	return same;
};

export const note = (text) => console.log(`# ${text}`);

export const skip = (why) => {
	count++;
	console.log(`ok ${count} # SKIP ${why}`);
};

export const done = () => {
	console.log(`1..${count}`);
	process.exitCode = failed === 0 ? 0 : 1;
};
